import { fileURLToPath } from 'node:url';
import type { Draw } from '#codecs/peers/draw.ts';
import { PythonProcess } from '#codecs/peers/python-process.ts';

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
  const child = new PythonProcess(process.env['ASSAY_NRFUTIL_PYTHON'] ?? 'python3', [BRIDGE]);
  const hello = (await child.hear()) as Answer | null;
  if (typeof hello?.['version'] !== 'string') {
    await child.stop();
    return REMEDY;
  }
  return {
    version: hello['version'],
    ask: async (request) => ((await child.ask(request)) as Answer | null) ?? { refused: 'the tool ended' },
    [Symbol.asyncDispose]: () => child.stop(),
  };
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
