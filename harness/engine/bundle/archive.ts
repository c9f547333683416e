import { statSync } from 'node:fs';
import { piecesOf, whole } from '#engine/bundle/run-files.ts';
import { readTarHeader, TAR_BLOCK, type TarEntry } from '#engine/bundle/tar-header.ts';

/** Longest line that is looked at: the seal of a hundred thousand files is shorter. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** A file that is read at places. */
export class Archive {
  readonly path: string;
  readonly size: number;

  constructor(path: string) {
    this.path = path;
    this.size = statSync(path).size;
  }

  pieces(from: number, to: number): Iterable<Uint8Array> {
    return piecesOf(this.path, from, to);
  }

  /** Bytes of a part; fewer where the file ends before. Throws UsageError `file-too-large`. */
  bytes(from: number, to: number): Uint8Array {
    return whole(this.path, this.pieces(from, to));
  }

  /** The file that a header tells of; null where it is none of ours. */
  header(at: number): TarEntry | null {
    return readTarHeader(this.bytes(at, at + TAR_BLOCK));
  }

  /** Length of the line that begins at a place, its line feed included; null where it has no end. */
  lineLength(from: number): number | null {
    let length = 0;
    for (const piece of this.pieces(from, Math.min(this.size, from + LONGEST_LINE))) {
      const feed = piece.indexOf(10);
      if (feed !== -1) return length + feed + 1;
      length += piece.length;
    }
    return null;
  }

  /** Size of the one-line file whose header is at a place: what the header says if it is whole, else up to its line feed. */
  lineSize(header: number): number {
    return this.header(header)?.size ?? this.lineLength(header + TAR_BLOCK) ?? 0;
  }

  text(from: number, to: number): string {
    return Buffer.from(this.bytes(from, Math.min(to, from + LONGEST_LINE))).toString();
  }
}
