import { CUT_OUTCOMES } from '#core/cut-strip.ts';
import type { CutOutcome, CutStrip } from '#core/record.ts';
import { CUT_HEIGHT, CUT_MEANING } from './cut-words.ts';
import { markup, type Markup } from './markup.ts';
import { count, grouped } from './words.ts';

/** Width of the plot in user units; more operations than this share a column, the worst outcome showing. */
const WIDTH = 680;
const ROW = 24;
const LEFT = 104;

function bar(strip: CutStrip, row: number, run: CutStrip['rows'][number]['runs'][number]): Markup {
  const [first, length, outcome] = run;
  const scale = WIDTH / Math.max(1, strip.operations);
  const height = CUT_HEIGHT[outcome];
  const y = row * ROW + 20 - height;
  const width = Math.max(outcome === 'old' || outcome === 'new' ? 0.5 : 2, length * scale);
  return markup`<rect class="c-${outcome}" x="${(LEFT + first * scale).toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${height}" />`;
}

/** Runs worst last, so that a bad cut is never painted over by a good neighbour. */
function painted(strip: CutStrip): Markup[] {
  return strip.rows.flatMap(({ runs }, index) =>
    runs
      .toSorted((a, b) => CUT_OUTCOMES.indexOf(a[2]) - CUT_OUTCOMES.indexOf(b[2]))
      .map((run) => bar(strip, index, run)),
  );
}

/** A mark over each operation at which a cut broke a rule, whatever ran in the end. */
function failureMarks({ rows, operations }: CutStrip): Markup | null {
  const scale = WIDTH / Math.max(1, operations);
  const marks = rows.flatMap(({ broken }, row) =>
    broken.map((operation) => `M${(LEFT + (operation + 0.5) * scale).toFixed(1)} ${row * ROW + 2}l-3 -4h6z`),
  );
  return marks.length === 0 ? null : markup`<path class="mark" d="${marks.join('')}" />`;
}

/** Ticks under the axis, one for each operation that erases a page. */
function eraseTicks({ erases, operations }: CutStrip, y: number): Markup {
  const scale = WIDTH / Math.max(1, operations);
  const ticks = erases
    .map((operation) => `M${(LEFT + (operation + 0.5) * scale).toFixed(1)} ${y}v6`)
    .join('');
  return markup`<text x="${LEFT - 8}" y="${y + 8}" text-anchor="end">erase</text><path class="tick" d="${ticks}" />`;
}

/** The key under a plot: outcomes that occur, with how often, and the mark of a failure where there is one. */
export function cutKey(words: readonly (readonly [CutOutcome, string])[], hasFailures: boolean): Markup {
  const items = words.map(
    ([outcome, text]) => markup`<li><span class="sw c-${outcome}" aria-hidden="true"></span>${text}</li>`,
  );
  const mark = hasFailures
    ? markup`<li><svg class="sw" viewBox="-4 -5 8 6" aria-hidden="true"><path class="mark" d="M0 0l-3 -4h6z" /></svg>a rule was broken</li>`
    : null;
  return markup`<ul class="key">${items}${mark}</ul>`;
}

/** Outcomes that occur, with how often. */
export function outcomeWords(outcomes: CutStrip['outcomes']): readonly (readonly [CutOutcome, string])[] {
  return CUT_OUTCOMES.filter((outcome) => outcomes[outcome] > 0).map((outcome) => [
    outcome,
    `${grouped(outcomes[outcome])} ${CUT_MEANING[outcome]}`,
  ]);
}

/** What ran after a cut at each flash operation: one row for each way of tearing. */
export function cutPlot(strip: CutStrip): Markup {
  const words = outcomeWords(strip.outcomes);
  const total = Object.values(strip.outcomes).reduce((a, b) => a + b, 0);
  const bottom = strip.rows.length * ROW + 4;
  const ticks = strip.erases.length === 0 ? null : eraseTicks(strip, bottom + 3);
  const under = bottom + (ticks === null ? 14 : 26);
  const last = strip.operations - 1;
  const marks = failureMarks(strip);
  const labels = strip.rows.map(
    ({ tear }, index) =>
      markup`<text x="${LEFT - 8}" y="${index * ROW + 17}" text-anchor="end">${tear}</text>`,
  );
  const told = words.map(([, text]) => text).join(', ');
  return markup`<figure class="cuts"
    ><figcaption>Outcome of ${count(total, 'power cut')} over ${count(strip.operations, 'flash operation')}</figcaption
    ><div class="scroll" role="group" tabindex="0" aria-label="Plot of power cuts"
      ><svg role="img" aria-label="${told}" viewBox="0 -6 ${WIDTH + LEFT + 8} ${under + 12}"
        >${labels}${painted(strip)}${marks}<path class="axis" d="M${LEFT} ${bottom}h${WIDTH}" />${ticks}<text x="${LEFT}" y="${under}">0</text
        ><text x="${LEFT + WIDTH}" y="${under}" text-anchor="end">operation ${last}</text></svg
      ></div
    >${cutKey(words, marks !== null)}</figure
  >`;
}
