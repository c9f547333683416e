import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A stretch of a frame that tshark has given a meaning to. */
export interface Dissected {
  readonly name: string;
  readonly pos: number;
  readonly size: number;
  /** What it is shown as: a number in decimal or hex, an address, a text. */
  readonly show: string;
}

/** One frame, as tshark sees it. */
export interface Frame {
  readonly fields: readonly Dissected[];
  readonly malformed: boolean;
}

const MOST_OUTPUT = 512 * 1024 * 1024;

/** Dissects a capture; a text says why it could not. */
export async function dissect(capture: Uint8Array, extension: string): Promise<readonly Frame[] | string> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-tshark-'));
  const path = join(folder, `capture.${extension}`);
  try {
    writeFileSync(path, capture);
    const { stdout } = await run('tshark', ['-n', '-r', path, '-T', 'pdml'], { maxBuffer: MOST_OUTPUT });
    return framesOf(stdout);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return missing ? 'no tshark; install it (apt-get install tshark)' : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function framesOf(pdml: string): readonly Frame[] {
  return pdml
    .split('<packet>')
    .slice(1)
    .map((packet) => {
      const tags = [...packet.matchAll(/<(?:field|proto) name="([^"]*)"([^>]*)>/g)];
      return {
        malformed: tags.some(([, name]) => name === '_ws.malformed'),
        fields: tags.map(([, name = '', attributes = '']) => ({
          name,
          pos: numberIn(attributes, 'pos'),
          size: numberIn(attributes, 'size'),
          show: / show="([^"]*)"/.exec(attributes)?.[1] ?? '',
        })),
      };
    });
}

function numberIn(attributes: string, name: string): number {
  return Number(new RegExp(` ${name}="(\\d+)"`).exec(attributes)?.[1] ?? -1);
}
