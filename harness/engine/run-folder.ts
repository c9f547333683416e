import { hash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { canonical, type Json } from '#core/canonical.ts';
import { makeFolder } from '#engine/make-folder.ts';
import { onDisk } from '#engine/disk-error.ts';

/** Writes all bytes; one write may take part of them only, e.g. on a disk that is nearly full. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}

/** Makes a folder; false where another thread has made it, or an earlier scenario. */
function mkdirNew(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** `2026-11-22T14-55-03Z-seed7`. */
function runName(seed: number, now: Date): string {
  return `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z-seed${seed}`;
}

/**
 * The folder of one run, for writing. Evidence is appended as it happens; everything else appears whole or not at all.
 * Every call throws BenchError (`run-folder-full`, `run-folder-read-only`, `run-folder-unusable`) on trouble.
 */
export class RunFolder {
  /** Absolute. */
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Makes the folder of a new run under `out`. */
  static create(out: string, seed: number, now: Date): RunFolder {
    const parent = resolve(out);
    return onDisk(parent, () => {
      makeFolder(parent);
      for (let turn = 1; ; turn++) {
        const path = join(parent, `${runName(seed, now)}${turn === 1 ? '' : `-${turn}`}`);
        if (existsSync(path)) continue;
        mkdirSync(path);
        return new RunFolder(path);
      }
    });
  }

  /** A folder that another thread made, or that an earlier process left. */
  static reopen(path: string): RunFolder {
    return new RunFolder(resolve(path));
  }

  /** Writes a file whole: under another name first, then in place. */
  write(file: string, content: Uint8Array | string): void {
    const path = join(this.path, file);
    const passing = `${path}.tmp`;
    onDisk(path, () => {
      makeFolder(dirname(path));
      const fd = openSync(passing, 'w');
      try {
        writeAll(fd, typeof content === 'string' ? Buffer.from(content) : content);
      } catch (error) {
        rmSync(passing, { force: true });
        throw error;
      } finally {
        closeSync(fd);
      }
      renameSync(passing, path);
    });
  }

  /** Writes a value as canonical JSON and a line feed. */
  writeJson(file: string, value: Json): void {
    this.write(file, `${canonical(value)}\n`);
  }

  /** Writes files into a folder of their own, unless there is one of that name already. */
  writeFolder(name: string, files: Readonly<Record<string, Json | Uint8Array>>): void {
    const path = join(this.path, name);
    const isNew = onDisk(path, () => {
      makeFolder(dirname(path));
      return mkdirNew(path);
    });
    if (!isNew) return;
    for (const [file, content] of Object.entries(files)) {
      if (content instanceof Uint8Array) this.write(`${name}/${file}`, content);
      else this.writeJson(`${name}/${file}`, content);
    }
  }

  /** Keeps bytes by content under files/; their SHA-256 in hex. */
  putBytes(bytes: Uint8Array): string {
    const sha256 = hash('sha256', bytes, 'hex');
    const file = `files/${sha256}.bin`;
    if (!existsSync(join(this.path, file))) this.write(file, bytes);
    return sha256;
  }

  /** Finished records, by their summary's path. */
  finished(): readonly string[] {
    const records = join(this.path, 'records');
    if (!existsSync(records)) return [];
    return readdirSync(records, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.json'),
    );
  }
}
