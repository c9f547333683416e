import { visibleShort } from '../text/visible.ts';

/** Markup that is safe to place in a page; only `markup` and `trusted` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a template takes: text is escaped, markup is placed as it is, nothing is left out. */
export type Part = string | number | Markup | null | undefined | false | readonly Part[];

/** Longest text from a record that a page shows in one place. */
const MOST = 2000;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text for element content or a quoted attribute: nothing in it is markup, no character acts. */
export function escapeHtml(text: string): string {
  return visibleShort(text, MOST).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part));
  return part.map(render).join('');
}

/** A template whose every value is escaped unless it is markup already. */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, piece, index) => text + render(parts[index - 1]) + piece));
}

/** Our own constant text, as markup; never for anything that came from outside. */
export function trusted(text: string): Markup {
  return new Markup(text);
}
