import { markup, trusted, type Markup } from './markup.ts';
import type { NumberedRecord } from './subjects.ts';
import { WORDS } from './verdict.ts';
import { count } from './words.ts';

/** Columns for the verdict. */
const WIDTH = 16;
const NEXT = trusted('\n');

function lines(record: NumberedRecord): readonly Markup[] {
  const { verdict, scenario, stimulus, evidence, observed } = record;
  const under = ' '.repeat(WIDTH);
  const remarkable = verdict !== 'pass' && verdict !== 'not-applicable';
  const texts = [
    `${WORDS[verdict].padEnd(WIDTH)}${scenario}`,
    ...(remarkable ? [`${under}observed  ${observed}`] : []),
    `${under}stimulus  ${stimulus}`,
    `${under}evidence  ${evidence.head}, ${count(evidence.entries, 'entry', 'entries')}`,
  ];
  return texts.map((text) => markup`${text}${NEXT}`);
}

/** Records as plain lines: a browser lays out thousands of them on paper where it cannot do so with table cells. */
export function recordLines(records: readonly NumberedRecord[]): Markup | null {
  return records.length === 0 ? null : markup`<pre class="lines">${records.map(lines)}</pre>`;
}
