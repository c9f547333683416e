import type { FlashArea } from '#core/board.ts';
import { sha256Hex } from '#core/digest.ts';

/**
 * What a flash page holds: nothing; a page of the image that ran before or of the update, whole or only its beginning;
 * or something else, as where records lie or a cut struck.
 */
export type PageContent = 'blank' | 'old' | 'new' | 'old-part' | 'new-part' | 'other';

/** Neighbouring pages that hold the like: pages of one image in order, or nothing. */
export interface PageRun {
  readonly address: number;
  readonly pages: number;
  readonly holds: PageContent;
  /** Page of the image that the first of them holds, counted from 0; where they hold an image. */
  readonly from?: number;
}

/** A field of a boot loader's records, decoded. */
export interface FlashNote {
  readonly area: string;
  readonly field: string;
  readonly address: number;
  /** What it says, for a reader: `good`, `not set`, `3`. */
  readonly reads: string;
  /** True where the field is neither blank nor anything that a boot loader writes. */
  readonly damaged: boolean;
}

/** A flash's content told by images and records. */
export interface FlashMap {
  readonly page: number;
  readonly areas: readonly {
    readonly name: string;
    readonly address: number;
    readonly size: number;
    readonly runs: readonly PageRun[];
  }[];
  readonly notes: readonly FlashNote[];
}

/** The two images that a page can come from. */
export interface MappedImages {
  readonly before: Uint8Array;
  readonly update: Uint8Array;
}

type Found = Pick<PageRun, 'holds' | 'from'>;

const BLANK = 0xff;

function pageOf(bytes: Uint8Array, index: number, page: number): Uint8Array {
  const whole = new Uint8Array(page).fill(BLANK);
  whole.set(bytes.subarray(index * page, (index + 1) * page));
  return whole;
}

/** Looks pages up among those of both images. */
class PageIndex {
  readonly #known = new Map<string, Found>();
  readonly #images: MappedImages;
  readonly #page: number;

  constructor(images: MappedImages, page: number) {
    this.#images = images;
    this.#page = page;
    this.#learn(images.update, 'new');
    this.#learn(images.before, 'old');
  }

  find(content: Uint8Array): Found {
    const length = content.findLastIndex((byte) => byte !== BLANK) + 1;
    if (length === 0) return { holds: 'blank' };
    return this.#known.get(sha256Hex(content)) ?? this.#begun(content, length) ?? { holds: 'other' };
  }

  /** The beginning of an image's page with nothing behind it: a copy that was cut. */
  #begun(content: Uint8Array, length: number): Found | null {
    for (const [side, holds] of [
      ['before', 'old-part'],
      ['update', 'new-part'],
    ] as const) {
      const image = this.#images[side];
      for (let from = 0; from * this.#page < image.length; from++) {
        const at = from * this.#page;
        if (content.subarray(0, length).every((byte, i) => byte === image[at + i])) return { holds, from };
      }
    }
    return null;
  }

  #learn(image: Uint8Array, holds: 'old' | 'new'): void {
    for (let from = Math.ceil(image.length / this.#page) - 1; from >= 0; from--) {
      const content = pageOf(image, from, this.#page);
      if (content.some((byte) => byte !== BLANK)) this.#known.set(sha256Hex(content), { holds, from });
    }
  }
}

/** Whether a page goes on where a run ends. */
function continues(run: PageRun, { holds, from }: Found): boolean {
  if (run.holds !== holds || holds.endsWith('-part')) return false;
  return from === undefined || from === (run.from ?? 0) + run.pages;
}

function runsOf({ offset, size }: FlashArea, flash: Uint8Array, page: number, index: PageIndex): PageRun[] {
  const runs: PageRun[] = [];
  for (let address = offset; address < offset + size; address += page) {
    const found = index.find(flash.subarray(address, address + page));
    const last = runs.at(-1);
    if (last !== undefined && continues(last, found))
      runs[runs.length - 1] = { ...last, pages: last.pages + 1 };
    else runs.push({ address, pages: 1, ...found });
  }
  return runs;
}

/** Tells a flash by the pages of two images. Areas that hold nothing of either, and no note, are left out. */
export function flashMap(
  flash: Uint8Array,
  page: number,
  areas: readonly FlashArea[],
  images: MappedImages,
  notes: readonly FlashNote[],
): FlashMap {
  const index = new PageIndex(images, page);
  const told = areas
    .map((area) => ({
      name: area.name,
      address: area.offset,
      size: area.size,
      runs: runsOf(area, flash, page, index),
    }))
    .filter(
      ({ name, runs }) =>
        runs.some(({ holds }) => holds !== 'blank') || notes.some((note) => note.area === name),
    );
  return { page, areas: told, notes };
}
