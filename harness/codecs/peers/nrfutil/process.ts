import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Draw } from '#codecs/peers/nrfutil/draw.ts';

/** nrfutil 6 behind one long-lived Python; closed with the scope it is used in. */
export interface Nrfutil extends AsyncDisposable {
  readonly version: string;
  /** Asks one thing; `{ refused }` is how the tool says no. */
  ask(request: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** A JSON object. */
export type Answer = Readonly<Record<string, unknown>>;

/** A kind of comparison. */
export interface NrfutilCase {
  readonly name: string;
  /** Null where both agree, else the difference. */
  run(tool: Nrfutil, random: Draw): Promise<string | null>;
}

const BRIDGE = fileURLToPath(new URL('bridge.py', import.meta.url));
/** What to do where the tool is missing. */
const REMEDY =
  'no python with nrfutil 6; set ASSAY_NRFUTIL_PYTHON to one that has .ci/peers-nrfutil.txt (pip install --no-deps --ignore-requires-python -r)';

/** Starts the tool; a string says why that is impossible. */
export async function openNrfutil(): Promise<Nrfutil | string> {
  const python = process.env['ASSAY_NRFUTIL_PYTHON'] ?? 'python3';
  const child = spawn(python, [BRIDGE], { stdio: ['pipe', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const failed = new Promise<null>((resolve) => child.once('error', () => resolve(null)));
  const next = async (): Promise<Answer | null> => {
    const line = await Promise.race([lines.next(), failed]);
    return line === null || line.done === true ? null : (JSON.parse(line.value) as Answer);
  };
  const hello = await next();
  if (typeof hello?.['version'] !== 'string') {
    await ended(child);
    return REMEDY;
  }
  return {
    version: hello['version'],
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return (await next()) ?? { refused: 'the tool ended' };
    },
    [Symbol.asyncDispose]: () => ended(child),
  };
}

/** Ends the process by ending its input, which is how it clears up. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin?.end();
  await closed;
}

/** Bytes as the tool's answers and requests hold them. */
export function coded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Bytes of an answer; none where it is not text. */
export function plain(text: unknown): Uint8Array {
  return typeof text === 'string' ? Uint8Array.from(Buffer.from(text, 'base64')) : new Uint8Array();
}

/** The first of these pairs that differ, as canonical text; null where none does. */
export function firstDifference(
  pairs: readonly (readonly [what: string, ours: unknown, theirs: unknown])[],
): string | null {
  const differing = pairs.find(([, ours, theirs]) => shown(ours) !== shown(theirs));
  if (differing === undefined) return null;
  const [what, ours, theirs] = differing;
  return `${what}: ours ${shown(ours)}, theirs ${shown(theirs)}`;
}

function shown(value: unknown): string {
  return value instanceof Uint8Array
    ? Buffer.from(value).toString('hex')
    : (JSON.stringify(value) ?? 'nothing');
}
