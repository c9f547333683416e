import type { FlashMap, FlashNote, PageContent, PageRun } from '#core/flash-map.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './words.ts';

const WIDTH = 680;
const LEFT = 104;
const HEIGHT = 18;
const ROW = 34;

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

function block(area: Area, page: number, run: PageRun): Markup {
  const scale = WIDTH / area.size;
  const x = LEFT + (run.address - area.address) * scale;
  const width = Math.max(1.5, run.pages * page * scale);
  return markup`<rect class="f-${run.holds}" x="${x.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${HEIGHT}"><title>${runText(run)}</title></rect>`;
}

function strip(area: Area, page: number, row: number): Markup {
  const blocks = area.runs.filter(({ holds }) => holds !== 'blank').map((run) => block(area, page, run));
  const label = markup`<text x="${LEFT - 8}" y="13" text-anchor="end">${area.name}</text>`;
  const ends = markup`<text x="${LEFT}" y="${HEIGHT + 11}">${hex(area.address)}</text><text x="${LEFT + WIDTH}" y="${HEIGHT + 11}" text-anchor="end">${hex(area.address + area.size)}</text>`;
  return markup`<g transform="translate(0 ${row * ROW})"><rect class="frame" x="${LEFT}" y="0" width="${WIDTH}" height="${HEIGHT}" />${blocks}${label}${ends}</g>`;
}

function noteRow(note: FlashNote): Markup {
  const reads = note.damaged ? markup`<b class="v-fail">${note.reads}</b>` : note.reads;
  return markup`<tr><th scope="row">${note.area}</th><td>${note.field}</td><td><code>${hex(note.address)}</code></td><td>${reads}</td></tr>`;
}

function notesTable(notes: readonly FlashNote[]): Markup | null {
  if (notes.length === 0) return null;
  return markup`<table class="brief"><caption>What the boot loader reads there</caption><thead><tr><th scope="col">Area</th><th scope="col">Field</th><th scope="col">Address</th><th scope="col">Reads</th></tr></thead>
<tbody>${notes.map(noteRow)}</tbody></table>`;
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
>${map.areas.map((area, row) => strip(area, map.page, row))}</svg></div>${key(map)}${notesTable(map.notes)}</figure>`;
}
