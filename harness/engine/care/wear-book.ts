import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Json } from '#core/canonical.ts';
import type { WearMeter } from '#core/board-care.ts';
import { BenchError } from '#core/errors.ts';
import { RunFolder } from '#engine/run-folder.ts';

const SCHEMA = 'assay-wear-1';

/** Erases by page number. */
type Pages = Map<number, number>;

/**
 * How often pages of the boards of a bench were erased, over all runs: kept beside the bench file. What the probe erases
 * is counted exactly; what a board erases by itself is estimated from what it was offered.
 */
export class WearBook {
  readonly #path: string | null;
  readonly #boards: Map<string, Pages>;

  private constructor(path: string | null, boards: Map<string, Pages>) {
    this.#path = path;
    this.#boards = boards;
  }

  /** Reads the book, or begins one. BenchError `wear-book` for a file that is none: counts are not to be lost silently. */
  static open(path: string | null): WearBook {
    if (path === null || !existsSync(path)) return new WearBook(path, new Map());
    return new WearBook(path, boardsIn(path, readFileSync(path, 'utf8')));
  }

  /** The meter of one board; `key` tells it from others, by its chip id where that is known. */
  meter(key: string, page: number): WearMeter {
    const pages = this.#pagesOf(key);
    return {
      erased: (address, length) => {
        const last = Math.ceil((address + length) / page);
        for (let index = Math.floor(address / page); index < last; index++) {
          pages.set(index, (pages.get(index) ?? 0) + 1);
        }
      },
    };
  }

  /** The page of a board that was erased most often; null where none ever was. */
  worst(key: string): { readonly page: number; readonly erases: number } | null {
    let worst: { page: number; erases: number } | null = null;
    for (const [page, erases] of this.#pagesOf(key)) {
      if (worst === null || erases > worst.erases) worst = { page, erases };
    }
    return worst;
  }

  /** Writes the book, whole or not at all. */
  save(): void {
    if (this.#path === null || this.#boards.size === 0) return;
    const boards = Object.fromEntries(
      [...this.#boards].map(([key, pages]) => [key, Object.fromEntries(pages)] as const),
    );
    const book = { schema: SCHEMA, boards } as unknown as Json;
    RunFolder.reopen(dirname(this.#path)).writeJson(basename(this.#path), book);
  }

  #pagesOf(key: string): Pages {
    const known = this.#boards.get(key);
    if (known !== undefined) return known;
    const pages: Pages = new Map();
    this.#boards.set(key, pages);
    return pages;
  }
}

function boardsIn(path: string, text: string): Map<string, Pages> {
  const { schema, boards } = parsed(path, text);
  if (schema !== SCHEMA || typeof boards !== 'object' || boards === null)
    throw spoilt(path, 'it has another form');
  return new Map(
    Object.entries(boards as Readonly<Record<string, unknown>>).map(([key, pages]) => [
      key,
      pagesIn(path, pages),
    ]),
  );
}

function pagesIn(path: string, value: unknown): Pages {
  if (typeof value !== 'object' || value === null) throw spoilt(path, 'a board without pages');
  return new Map(
    Object.entries(value).map(([page, erases]) => {
      const isCount = /^\d{1,9}$/.test(page) && Number.isSafeInteger(erases) && (erases as number) >= 0;
      if (!isCount) throw spoilt(path, `page ${page} has no count`);
      return [Number(page), erases as number];
    }),
  );
}

function parsed(path: string, text: string): { readonly schema?: unknown; readonly boards?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch (cause) {
    throw spoilt(path, String(cause));
  }
}

function spoilt(path: string, got: string): BenchError {
  return new BenchError({
    code: 'wear-book',
    message: `${path} does not tell how far the flash of the boards is worn`,
    got,
    remedy: 'restore it from a copy; delete it only if new boards are plugged in',
  });
}
