/** A piece of a stub and where it goes in RAM. */
export interface EspStubSegment {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** A flasher stub: what is sent to RAM, and where it starts. */
export interface EspStub {
  readonly entry: number;
  readonly segments: readonly EspStubSegment[];
}

/** RAM of any chip holds less. */
const MOST_TEXT = 1 << 20;

/** Reads the vendor's JSON (`entry`, `text` and `data` in base64 with their addresses); null where it is none. */
export function parseEspStub(json: string): EspStub | null {
  if (json.length > MOST_TEXT) return null;
  const fields = objectOf(json);
  const entry = address(fields?.['entry']);
  const text = segment(fields?.['text'], fields?.['text_start']);
  if (fields === null || entry === null || text === null) return null;
  const data = segment(fields['data'], fields['data_start']);
  if (data === null && fields['data'] !== undefined) return null;
  return { entry, segments: data === null ? [text] : [text, data] };
}

function objectOf(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}

function segment(base64: unknown, start: unknown): EspStubSegment | null {
  const at = address(start);
  if (at === null || typeof base64 !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return null;
  return { address: at, bytes: Uint8Array.from(Buffer.from(base64, 'base64')) };
}

function address(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 32 ? value : null;
}
