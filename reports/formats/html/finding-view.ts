import { repeatsText } from '#core/fuzz-finding.ts';
import type { RunReport } from '#core/record.ts';
import type { ToldFinding } from '#core/told-findings.ts';
import { findingFolder } from '#core/told-findings.ts';
import { markup, type Markup } from './markup.ts';
import type { NumberedRecord } from './subjects.ts';
import { count, sentence } from './words.ts';

const CAUSE: Readonly<Record<string, string>> = {
  case: 'One input does it alone',
  sequence: 'Several inputs in a row do it',
  unreproduced: 'It was seen once; these are the last inputs before it',
};

/** Sixteen bytes in a group, so that a reader finds an offset. */
function hexText(bytes: string): string {
  return (bytes.match(/.{1,32}/g) ?? []).map((line) => (line.match(/../g) ?? []).join(' ')).join('\n');
}

function step({ name, length, bytes }: ToldFinding['steps'][number]): Markup {
  const more = length - bytes.length / 2;
  const rest = more > 0 ? markup`<p class="soft">and ${count(more, 'more byte')} in case.json</p>` : null;
  return markup`<li>${name}, ${count(length, 'byte')}<pre class="bytes">${hexText(bytes)}</pre>${rest}</li>`;
}

function crash({ oracle, fault, resetReason }: ToldFinding): Markup {
  const line = fault === null ? null : markup`; <code>${fault}</code>`;
  const reset = resetReason === null ? null : markup`; reset reason <code>${resetReason}</code>`;
  return markup`<p>Oracle <code>${oracle}</code>${line}${reset}</p>`;
}

function view(finding: ToldFinding, record: NumberedRecord): Markup {
  const { id, protocol, cause, flaky, minimal, repeats, observed, inputs, steps } = finding;
  const folder = findingFolder(record.evidence.file, id);
  const often = `${repeatsText(repeats)} on a freshly restored board${flaky ? ': flaky' : ''}`;
  const least = minimal ? ', and nothing of it can be left out' : '';
  const more = inputs - steps.length;
  const rest = more > 0 ? markup`<p class="soft">and ${count(more, 'more input')} in case.json</p>` : null;
  return markup`<div class="failure"><h6>Finding ${id} over ${protocol}</h6>
<p>${sentence(observed)}</p>${crash(finding)}
<p>${CAUSE[cause] ?? cause}: ${often}${least}.</p>
<ol class="steps">${steps.map(step)}</ol>${rest}
<p>Send it again: <code>npx assay replay &lt;run&gt;/${folder}</code></p>
<p class="soft">Kept: <code>${folder}/case.json</code>, with verdict, console and capture beside it</p></div>`;
}

/** What triage made of the alarms of a record: the shortest input as hex, how often it does it, and where it is kept. */
export function findingViews(record: NumberedRecord, report: RunReport): Markup | null {
  const findings = report.fuzzFindings[record.evidence.file] ?? [];
  if (findings.length === 0) return null;
  return markup`<div>${findings.map((finding) => view(finding, record))}</div>`;
}
