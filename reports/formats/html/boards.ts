import type { BoardSummary, RunReport } from '#core/record.ts';
import { markup, type Markup } from './markup.ts';
import { KINDS } from './words.ts';

type Row = readonly [string, string | Markup];

function rowsOf(values: Readonly<Record<string, string | number | boolean | null>>): Row[] {
  return Object.entries(values).map(([name, value]) => [spaced(name), said(value)]);
}

function said(value: string | number | boolean | null): string {
  if (value === null) return 'none';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}

/** `downgradeByVersion` as `downgrade by version`. */
function spaced(name: string): string {
  return name.replaceAll(
    /([a-z0-9])([A-Z])/g,
    (_, end: string, start: string) => `${end} ${start.toLowerCase()}`,
  );
}

function list(rows: readonly Row[]): Markup {
  return markup`<dl>${rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

function more(title: string, rows: readonly Row[]): Markup {
  const body = rows.length === 0 ? markup`<p class="soft small">None recorded.</p>` : list(rows);
  return markup`<h4>${title}</h4>${body}`;
}

function card(board: BoardSummary): Markup {
  const id = (hex: string) => markup`<code class="hash">${hex}</code>`;
  return markup`<article class="card" id="board-${board.id}" aria-labelledby="hb-${board.id}"
    ><header
      ><h3 id="hb-${board.id}">${board.title}</h3
      ><span class="chip k-${board.kind}">${KINDS[board.kind].name}</span></header
    ><div class="cols"
      ><div
        >${list([
          ['Id', markup`<code>${board.id}</code>`],
          ['SoC', board.soc],
          ['Boot loader', board.bootloader],
          ['Firmware', `version ${board.firmware.version}`],
          ['Image SHA-256', id(board.firmware.digest)],
          ['Signing key id', id(board.firmware.signingKeyId)],
        ])}${more('Fuses and counters', rowsOf(board.fuses))}</div
      ><div
        >${more('Protections it is set up with', rowsOf(board.protections))}${more(
          'Instruments',
          rowsOf(board.instruments),
        )}</div></div
    ></article
  >`;
}

/** The items that were tested: a card for each board. */
export function boards(report: RunReport): Markup {
  return markup`<section id="boards" aria-labelledby="h-boards"
    ><h2 id="h-boards">What was tested</h2>${report.boards.map(card)}</section
  >`;
}
