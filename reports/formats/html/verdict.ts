import type { ClauseCoverage } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';
import { markup, trusted, type Markup } from './markup.ts';

/** A verdict, or what stands in its place beside a clause. */
export type Mark = Verdict | ClauseCoverage['verdict'];

/** The word each mark is shown with. */
export const WORDS: Readonly<Record<Mark, string>> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  error: 'Error',
  'not-applicable': 'Not applicable',
  'not-run': 'Not run',
  'context-only': 'Context only',
};

/** Order in which verdicts are counted for a reader: what needs attention stands out by colour, not by place. */
export const SHOWN: readonly Verdict[] = ['pass', 'fail', 'inconclusive', 'error', 'not-applicable'];

/** One outline and one sign per mark, on a 16 by 16 grid, so that none is told from another by colour alone. */
const SHAPES: Readonly<Record<Mark, string>> = {
  pass: '<circle cx="8" cy="8" r="7"/><path d="M4.7 8.3 7 10.6l4.4-5"/>',
  fail: '<path d="M5.1 1h5.8L15 5.1v5.8L10.900 15H5.100L1 10.900V5.100Z"/><path d="m5.600 5.600 4.800 4.800m0-4.800-4.800 4.800"/>',
  inconclusive:
    '<path d="M8 .8 15.200 8 8 15.200 .8 8Z"/><path d="M6.200 6.400c.2-2.300 3.700-2.200 3.600-.1-.1 1.300-1.700 1.400-1.800 2.700M8 11.200v.1"/>',
  error: '<path d="M8 1.200 15.300 14.300H.7Z"/><path d="M8 6v4M8 12.100v.1"/>',
  'not-applicable': '<circle cx="8" cy="8" r="7" stroke-dasharray="2.400 2"/><path d="M5 8h6"/>',
  'not-run':
    '<rect x="1.500" y="1.500" width="13" height="13" stroke-dasharray="2.400 2"/><path d="m5.500 10.500 5-5"/>',
  'context-only':
    '<rect x="1.500" y="3.500" width="13" height="9" rx="4.500"/><path d="M5 8h.1M8 8h.1M11 8h.1"/>',
};

/** The symbols that `glyph` refers to; once per page. */
export function glyphDefinitions(): Markup {
  const symbols = Object.entries(SHAPES).map(
    ([mark, shape]) => markup`<symbol id="g-${mark}" viewBox="0 0 16 16">${trusted(shape)}</symbol>`,
  );
  return markup`<svg class="defs" aria-hidden="true" width="0" height="0">${symbols}</svg>`;
}

/** A mark's sign alone; always beside its word. */
export function glyph(mark: Mark): Markup {
  return markup`<svg class="g g-${mark}" aria-hidden="true"><use href="#g-${mark}" /></svg>`;
}

/** A mark's sign and word. */
export function badge(mark: Mark): Markup {
  return markup`<span class="v v-${mark}">${glyph(mark)}${WORDS[mark]}</span>`;
}
