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

/** Kinds that stand out in the list. */
const MARKED = new Set(['transition', 'end', 'more']);

function entry({ at, kind, text }: TimelineEntry): Markup {
  const mark = MARKED.has(kind) ? markup` class="e-${kind}"` : null;
  return markup`<li${mark}><i>${seconds(at)}</i><b>${LABELS[kind] ?? kind}</b><span>${text}</span></li>`;
}

function consoleLines(lines: readonly TimelineEntry[]): Markup {
  const shown = lines.map((line) =>
    line.kind === 'more' ? markup`<em>${line.text}</em>` : markup`<q>${line.text}</q>`,
  );
  return markup`<li><i>${seconds(lines[0]?.at ?? 0)}</i><b>console</b><span class="con">${shown}</span></li>`;
}

/** Neighbouring console lines, with the count of those left out between them, are one block. */
function blocks(entries: readonly TimelineEntry[]): TimelineEntry[][] {
  const all: TimelineEntry[][] = [];
  for (const [index, item] of entries.entries()) {
    const last = all.at(-1);
    const follows =
      item.kind === 'console' || (item.kind === 'more' && entries[index + 1]?.kind === 'console');
    if (follows && last?.[0]?.kind === 'console') last.push(item);
    else all.push([item]);
  }
  return all;
}

function block(items: readonly TimelineEntry[]): Markup[] {
  return items[0]?.kind === 'console' ? [consoleLines(items)] : items.map(entry);
}

/** A record's timeline; times are seconds on the rig's clock since the scenario began. */
export function timeline(entries: readonly TimelineEntry[]): Markup {
  if (entries.length === 0) return markup`<p class="soft small">No evidence was recorded.</p>`;
  return markup`<ol class="tl">${blocks(entries).flatMap(block)}</ol>`;
}
