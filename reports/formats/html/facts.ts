import { markup, type Markup, type Part } from './markup.ts';

/** A name and what is said under it. */
export type Fact = readonly [name: string, value: Part];

/** Names and values, two columns of them where there is room unless they are wide. */
export function factList(facts: readonly Fact[], kind: '' | 'wide' | 'wide small' = ''): Markup {
  const rows = facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return markup`<dl class="facts${kind === '' ? '' : ` ${kind}`}">${rows}</dl>`;
}

/** A digest, which may break anywhere. */
export function hash(hex: string): Markup {
  return markup`<code class="hash">${hex}</code>`;
}

/** What nobody stated. */
export const UNSTATED: Markup = markup`<span class="soft">Not stated</span>`;

/** A table that turns into a list where it is narrow. */
export function rowTable(
  caption: string,
  titles: readonly string[],
  rows: readonly (readonly Part[])[],
): Markup | null {
  if (rows.length === 0) return null;
  const body = rows.map(([first, ...cells]) => {
    const rest = cells.map((cell, index) => markup`<td data-l="${titles[index + 1] ?? ''}">${cell}</td>`);
    return markup`<tr><th scope="row" data-l="${titles[0] ?? ''}">${first}</th>${rest}</tr>`;
  });
  return markup`<table class="rows"><caption class="sr">${caption}</caption>
<thead><tr>${titles.map((title) => markup`<th scope="col">${title}</th>`)}</tr></thead><tbody>${body}</tbody></table>`;
}
