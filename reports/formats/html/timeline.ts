import type { TimelineEntry } from '#core/record.ts';
import { markup, type Markup } from './markup.ts';

/** What a reader calls a kind of entry. */
const LABELS: Readonly<Record<string, string>> = {
  start: 'start',
  transition: 'state',
  verb: 'action',
  power: 'power',
  flash: 'flash',
  bytes: 'input',
  console: 'console',
  cut: 'cut',
  case: 'message',
  control: 'control',
  end: 'end',
  more: '…',
};

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function entry({ at, kind, text }: TimelineEntry): Markup {
  const label = LABELS[kind] ?? kind;
  const shown = kind === 'console' ? markup`<q>${text}</q>` : markup`<span>${text}</span>`;
  return markup`<li class="e-${LABELS[kind] === undefined ? 'other' : kind}"><i>${seconds(at)}</i><b>${label}</b>${shown}</li>`;
}

/** A record's timeline; times are seconds on the rig's clock since the scenario began. */
export function timeline(entries: readonly TimelineEntry[]): Markup {
  if (entries.length === 0) return markup`<p class="soft small">No evidence was recorded.</p>`;
  return markup`<ol class="tl">${entries.map(entry)}</ol>`;
}
