import type { Json } from '#core/canonical.ts';
import { CATALOGUE, type ForgedFormat } from '#fuzz/catalogue.ts';
import { type Forgery, forgeryName } from '#fuzz/forgery.ts';
import type { Answer } from '../command.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

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

function textOf(format: ForgedFormat, forgeries: readonly Forgery[], terminal: Terminal): string {
  const columns = [
    { title: `${format} (${forgeries.length})`, least: 24 },
    { title: 'kind', least: 8 },
    { title: 'expected', least: 8 },
    { title: 'what it changes', least: 16 },
  ];
  const rows = forgeries.map((forgery) => [
    forgeryName(forgery),
    forgery.category,
    forgery.expect,
    forgery.changes,
  ]);
  return table(columns, rows, terminal.width).join('\n');
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
    text: [
      ...formats.map((format) => textOf(format, CATALOGUE[format], terminal)),
      `${all.length} forgeries`,
    ].join('\n\n'),
  };
}
