import type { Json } from '#core/canonical.ts';
import { CATALOGUE, type ForgedFormat } from '#fuzz/catalogue.ts';
import { type Forgery, forgeryName } from '#fuzz/forgery.ts';
import type { Answer } from '../command.ts';
import type { Terminal } from '../terminal.ts';
import { pairs } from './show.ts';

/** Formats whose images can be forged, as the command line names them. */
export const FORGED_FORMATS = Object.keys(CATALOGUE) as readonly ForgedFormat[];

/** A forgery as scripts get it. */
export function forgeryJson(format: ForgedFormat, forgery: Forgery): { readonly [key: string]: Json } {
  const { title, category, changes, temptation, expect, guard, missing, cwe, reference, intact } = forgery;
  return {
    name: forgeryName(forgery),
    format,
    title,
    category,
    changes,
    temptation,
    expect,
    guard,
    intact: [...intact],
    caughtBy: missing,
    cwe,
    reference: reference ?? null,
  };
}

/** Name by name, in the order of the catalogue, under the kinds of change. */
function textOf(format: ForgedFormat, terminal: Terminal): readonly string[] {
  const categories = [...new Set(CATALOGUE[format].map(({ category }) => category))];
  return categories.flatMap((category) => {
    const forgeries = CATALOGUE[format].filter((forgery) => forgery.category === category);
    const rows = forgeries.map((forgery) => {
      const { changes, expect } = forgery;
      return [
        forgeryName(forgery),
        expect === 'harmless' ? `${changes} (allowed by the format)` : changes,
      ] as const;
    });
    const heading = terminal.paint('bold', `${format}, ${category} (${forgeries.length})`);
    return [heading].concat(pairs(rows, 2, terminal), '');
  });
}

/** The catalogue, or one format of it. */
export function listForgeries(formats: readonly ForgedFormat[], terminal: Terminal): Answer {
  const all = formats.flatMap((format) => CATALOGUE[format].map((forgery) => ({ format, forgery })));
  return {
    exitCode: 0,
    json: {
      count: all.length,
      forgeries: all.map(({ format, forgery }) => forgeryJson(format, forgery)),
    },
    text: [...formats.flatMap((format) => textOf(format, terminal)), `${all.length} forgeries`].join('\n'),
  };
}
