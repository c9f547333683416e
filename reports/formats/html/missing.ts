import type { Gap, RunReport } from '#core/record.ts';
import { markup, type Markup } from './markup.ts';
import { glyph } from './verdict.ts';
import { count, sentence } from './words.ts';

function byAbout(gaps: readonly Gap[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { about, what } of gaps) groups.set(about, [...(groups.get(about) ?? []), what]);
  return groups;
}

/** Conflicts one a line: each is something to act on. */
function conflicts(gaps: readonly Gap[]): Markup | null {
  if (gaps.length === 0) return null;
  const items = gaps.map(
    ({ about, what }) =>
      markup`<li>${glyph('error')}<span><strong>${sentence(about)}</strong>: ${what}.</span></li>`,
  );
  return markup`<ul class="conflicts">${items}</ul>`;
}

/** Missing entries as one line for each thing they are missing of. */
function absent(gaps: readonly Gap[]): Markup | null {
  if (gaps.length === 0) return null;
  const rows = [...byAbout(gaps)].map(
    ([about, whats]) => markup`<div><dt>${sentence(about)}</dt><dd>${whats.join('; ')}</dd></div>`,
  );
  return markup`<dl class="absent">${rows}</dl>`;
}

/** What a reader of page one must know before trusting the rest: entries that are missing or do not go together. */
export function missingEntries({ gaps }: RunReport): Markup {
  if (gaps.length === 0) {
    return markup`<p class="soft">Nothing that a certification file asks for was left unstated.</p>`;
  }
  const against = gaps.filter(({ kind }) => kind === 'conflict');
  const missing = gaps.filter(({ kind }) => kind === 'missing');
  const said = [
    ...(against.length === 0 ? [] : [`${count(against.length, 'entry', 'entries')} to resolve`]),
    ...(missing.length === 0 ? [] : [`${count(missing.length, 'entry', 'entries')} missing`]),
  ];
  return markup`<div class="gapbox" id="missing"><h3>Gaps: ${said.join(', ')}</h3>
${conflicts(against)}${absent(missing)}</div>`;
}
