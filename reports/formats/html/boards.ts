import type { CampaignRecord } from '#core/campaign.ts';
import type { BoardSummary, RunReport } from '#core/record.ts';
import { statedOf } from './device.ts';
import { hash } from './facts.ts';
import { markup, type Markup } from './markup.ts';
import { KINDS } from './words.ts';

type Row = readonly [string, string | Markup];

/** What a board's configuration is called on paper; other names are shown in words. */
const PROTECTIONS: Readonly<Record<string, string>> = {
  rollback: 'Unconfirmed update is given up',
  downgradeByVersion: 'Older version is refused',
  comparesBuildNumber: 'Build numbers count',
  acceptsEqualVersion: 'Running version is taken again',
  downgradeByCounter: 'Lower counter is refused',
  hardwareCounter: 'Counter survives an erase',
  signature: 'Signature is required',
  watchdogMs: 'Watchdog limit, ms',
};

function rowsOf(values: Readonly<Record<string, string | number | boolean | null>>): Row[] {
  return Object.entries(values).map(([name, value]) => [PROTECTIONS[name] ?? spaced(name), said(value)]);
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

function list(rows: readonly Row[], wide = false): Markup {
  const items = rows.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return markup`<dl${wide ? markup` class="wide"` : null}>${items}</dl>`;
}

function more(title: string, rows: readonly Row[], wide = false): Markup {
  const body = rows.length === 0 ? markup`<p class="soft small">None recorded.</p>` : list(rows, wide);
  return markup`<h4>${title}</h4>${body}`;
}

function card(board: BoardSummary, campaign: CampaignRecord | null): Markup {
  const item = list([
    ['Id', markup`<code>${board.id}</code>`],
    ['SoC', board.soc],
    ['Boot loader', board.bootloader],
    ['Firmware', `version ${board.firmware.version}`],
    ['Image SHA-256', hash(board.firmware.digest)],
    ['Signing key id', hash(board.firmware.signingKeyId)],
  ]);
  return markup`<article class="card" id="board-${board.id}" aria-labelledby="hb-${board.id}">
<header><h3 id="hb-${board.id}">${board.title}</h3><span class="chip k-${board.kind}">${KINDS[board.kind].name}</span></header>
<div class="cols"><div>${item}${more('Instruments', rowsOf(board.instruments))}</div>
<div>${more('Protections it is set up with', rowsOf(board.protections), true)}
${more('Fuses and counters', rowsOf(board.fuses), true)}</div></div>${statedOf(board, campaign)}</article>`;
}

/** The items that were tested: a card for each board. */
export function boards(report: RunReport): Markup {
  return markup`<section id="boards" aria-labelledby="h-boards"
    ><h2 id="h-boards">What was tested</h2>${report.boards.map((board) => card(board, report.campaign))}</section
  >`;
}
