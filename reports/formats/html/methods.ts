import type { AttackSummary, RecordSummary, RunReport } from '#core/record.ts';
import { factList, rowTable } from './facts.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { byFamily, count, familyName, sentence } from './words.ts';

function controlsOf(records: readonly RecordSummary[]): readonly string[] {
  const named = records.map(({ control }) => control?.scenario).filter((id) => id !== undefined);
  return [...new Set(named)].toSorted();
}

function rules(records: readonly RecordSummary[]): readonly string[] {
  const judged = records.filter(({ verdict }) => verdict === 'pass' || verdict === 'fail');
  return [...new Set(judged.map(({ rule }) => sentence(rule)))];
}

/** Rules shown for one method; scenarios name theirs each. */
const MOST_RULES = 3;

function row(attack: AttackSummary, records: readonly RecordSummary[]): readonly Part[] {
  const held = rules(records);
  const more = held.length - MOST_RULES;
  const controls = controlsOf(records);
  return [
    markup`${attack.title} <code class="id">${attack.id}</code><span class="purpose">${attack.why}</span>`,
    count(records.length, 'scenario'),
    controls.length === 0
      ? 'It is one itself.'
      : controls.map((id, index) => markup`${index > 0 ? ', ' : ''}<code>${id}</code>`),
    markup`<ul>${held.slice(0, MOST_RULES).map((rule) => markup`<li>${rule}</li>`)}${
      more > 0 ? markup`<li class="soft">and ${more} more, beside each scenario</li>` : null
    }</ul>`,
  ];
}

/** The methods with their version, and the rules by which their results became verdicts (7.8.6). */
export function methods(report: RunReport): Markup {
  const attacks = report.attacks
    .filter(({ id }) => report.records.some(({ attack }) => attack === id))
    .toSorted((a, b) => byFamily(a.family, b.family));
  const families = [...new Set(attacks.map(({ family }) => family))];
  const parts = families.map((family) => {
    const rows = attacks
      .filter((attack) => attack.family === family)
      .map((attack) =>
        row(
          attack,
          report.records.filter(({ attack: of }) => of === attack.id),
        ),
      );
    const titles = ['Method', 'Carried out', 'Positive control', 'Decided by'];
    return markup`<h3>${familyName(family)}</h3>${rowTable(`Methods of ${familyName(family)}`, titles, rows)}`;
  });
  return markup`<section id="methods" aria-labelledby="h-methods"><h2 id="h-methods">Methods and decision rules</h2>
${factList(
  [
    [
      'Version',
      `Each method is the attack of that id in assay ${report.tool.version}, with seed ${report.seed}.`,
    ],
    [
      'Decision',
      'A verdict is yes or no, on what the item was seen to do: no measured value is compared with a limit, so there is neither guard band nor uncertainty to apply.',
    ],
    [
      'Risk',
      'A false pass needs an input that was not among those tried; their number stands beside each scenario. A false fail needs an item that broke the rule on a bench whose control passed.',
    ],
    [
      'Repetition',
      'A scenario is carried out once unless its row says otherwise. On a virtual board a repetition with the same seed gives the same result.',
    ],
    ['Together', 'One fail outweighs all, then error, then inconclusive, then pass. Nothing is rounded up.'],
  ],
  'wide',
)}${parts}</section>`;
}
