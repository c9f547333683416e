import { markup, type Markup } from './markup.ts';
import { badge } from './verdict.ts';

/** How to read the report: where verdicts come from, and how its evidence can be checked. */
export function reading(): Markup {
  return markup`<section id="reading" aria-labelledby="h-reading"><h2 id="h-reading">How to read this report</h2>
<dl class="facts wide">
<div><dt>${badge('pass')}</dt><dd>The attack reached the state it aims at, a positive control passed in the same run, and the board kept the rule.</dd></div>
<div><dt>${badge('fail')}</dt><dd>The board itself was seen to break the rule, on a bench whose control passed.</dd></div>
<div><dt>${badge('inconclusive')}</dt><dd>Nothing was shown: the control did not pass, the state was not reached, or the board gave no usable answer.</dd></div>
<div><dt>${badge('error')}</dt><dd>The bench failed: wiring, instrument, disk. It says nothing about the board.</dd></div>
<div><dt>${badge('not-applicable')}</dt><dd>The scenario makes no sense on this board, for the reason given.</dd></div>
</dl>
<p>Verdicts of several scenarios are never rounded up: one fail outweighs all, then error, then inconclusive. Each record is a
chain of entries in which every entry holds the SHA-256 of the one before; its head is printed with the scenario.
<code>assay verify</code> on the run folder recomputes all of them and names the first byte that does not fit. It shows that
the files are as they were written, not that the bench was honest. <code>assay replay</code> repeats one scenario from
its recorded seed and input.</p></section>`;
}
