import type { FlashMap, FlashNote, PageContent, PageRun } from '#core/flash-map.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './words.ts';

const WIDTH = 680;
const LEFT = 104;
const HEIGHT = 18;
const ROW = 38;
/** Blank pages that are drawn of a long run of them. */
const BLANK_PAGES = 8;

const MEANING: Readonly<Record<PageContent, string>> = {
  blank: 'blank',
  old: 'old image',
  new: 'update',
  'old-part': 'begun page of the old image',
  'new-part': 'begun page of the update',
  other: 'neither image',
};

type Area = FlashMap['areas'][number];

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function runText({ address, pages, holds, from }: PageRun): string {
  const which = from === undefined ? '' : `, from its page ${from}`;
  return `${count(pages, 'page')} at ${hex(address)}: ${MEANING[holds]}${which}`;
}

/** Pages that a run is drawn as: nothing takes more room than a few of its pages would. */
function drawnPages({ pages, holds }: PageRun): number {
  return holds === 'blank' ? Math.min(pages, BLANK_PAGES) : pages;
}

/** Where each run of an area begins and ends, in user units: long blank stretches are shortened. */
function placed({
  runs,
}: Area): readonly { readonly run: PageRun; readonly x: number; readonly width: number }[] {
  const total = runs.reduce((sum, run) => sum + drawnPages(run), 0);
  let done = 0;
  return runs.map((run) => {
    const x = LEFT + (done / total) * WIDTH;
    done += drawnPages(run);
    return { run, x, width: Math.max(1, (drawnPages(run) / total) * WIDTH - 0.6) };
  });
}

function block({ run, x, width }: ReturnType<typeof placed>[number]): Markup {
  const isLong = run.holds === 'blank' && run.pages > BLANK_PAGES;
  const text = isLong
    ? markup`<text class="gap" x="${(x + width / 2).toFixed(1)}" y="13" text-anchor="middle">${count(run.pages, 'blank page')}</text>`
    : null;
  return markup`<rect class="f-${run.holds}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${HEIGHT}"><title>${runText(run)}</title></rect>${text}`;
}

function strip(area: Area, row: number): Markup {
  const label = markup`<text x="${LEFT - 8}" y="13" text-anchor="end">${area.name}</text>`;
  const ends = markup`<text x="${LEFT}" y="${HEIGHT + 12}">${hex(area.address)}</text><text x="${LEFT + WIDTH}" y="${HEIGHT + 12}" text-anchor="end">${hex(area.address + area.size)}</text>`;
  return markup`<g transform="translate(0 ${row * ROW})">${placed(area).map(block)}${label}${ends}</g>`;
}

function noteItem({ field, address, reads, damaged }: FlashNote): Markup {
  const value = damaged ? markup`<b class="v-fail">${reads}</b>` : markup`<b>${reads}</b>`;
  return markup`<li>${field} <code>${hex(address)}</code> ${value}</li>`;
}

function notesTable(notes: readonly FlashNote[]): Markup | null {
  if (notes.length === 0) return null;
  const areas = [...new Set(notes.map(({ area }) => area))];
  const rows = areas.map((area) => {
    const mine = notes.filter((note) => note.area === area);
    return markup`<tr><th scope="row">${area}</th><td><ul class="notes">${mine.map(noteItem)}</ul></td></tr>`;
  });
  return markup`<table class="brief"><caption>What the boot loader reads there</caption><thead><tr><th scope="col">Area</th><th scope="col">Records</th></tr></thead>
<tbody>${rows}</tbody></table>`;
}

function key(map: FlashMap): Markup {
  const held = new Set(map.areas.flatMap(({ runs }) => runs.map(({ holds }) => holds)));
  const shown = (Object.keys(MEANING) as PageContent[]).filter(
    (holds) => holds !== 'blank' && held.has(holds),
  );
  return markup`<ul class="key">${shown.map(
    (holds) => markup`<li><span class="sw f-${holds}" aria-hidden="true"></span>${MEANING[holds]}</li>`,
  )}</ul>`;
}

/** Which pages hold what, area by area, and what the boot loader's records there say. */
export function flashMapView(map: FlashMap, caption: string): Markup {
  const told = map.areas.map(({ name, runs }) => `${name}: ${runs.map(runText).join('; ')}`).join('. ');
  const height = map.areas.length * ROW;
  return markup`<figure class="cuts flash"><figcaption>${caption}</figcaption
><div class="scroll" role="group" tabindex="0" aria-label="Map of the flash"><svg role="img" aria-label="${told}" viewBox="0 -2 ${WIDTH + LEFT + 8} ${height + 2}"
>${map.areas.map((area, row) => strip(area, row))}</svg></div>${key(map)}${notesTable(map.notes)}</figure>`;
}
