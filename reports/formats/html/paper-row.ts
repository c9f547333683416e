import { markup, type Markup } from './markup.ts';
import { coverageText, type DetailContext, isRun } from './record-body.ts';
import { repetitionText } from './repeats.ts';
import type { NumberedRecord } from './subjects.ts';
import { count, duration, moment } from './words.ts';

/** Second row of a scenario on paper: what its details hold on the screen, but for path and timeline. */
export function paperRow(record: NumberedRecord, { repeats }: DetailContext): Markup {
  const { number, stimulus, evidence, findings } = record;
  const kept = markup`<span>Evidence <code>${evidence.file}</code>, ${count(evidence.entries, 'entry', 'entries')} to <code>${evidence.head}</code></span>`;
  if (!isRun(record)) return markup`<tr class="more"><td colspan="4" id="r${number}">${kept}</td></tr>`;
  const facts = [
    coverageText(record) ?? 'One case',
    repetitionText(record, repeats).replace(/\.$/, ''),
    moment(record.startedAt),
    `took ${duration(record.wallMs)}, ${duration(record.rigMs)} on the board's clock`,
    ...findings.map(({ id, text }) => `${id}: ${text}`),
  ];
  return markup`<tr class="more"><td colspan="4" id="r${number}"><span>${facts.join(' · ')}</span>
<span>Stimulus <code>${stimulus}</code></span>
${kept}</td></tr>`;
}
