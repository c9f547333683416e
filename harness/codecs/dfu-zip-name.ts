import { DfuMisfit } from '#codecs/dfu-defect.ts';

const NAME_LIMIT = 255;
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const SAFE = 'a relative name without .., control or drive characters';

/** The name of an entry; throws DfuMisfit where it is not safe. */
export function readName(raw: Uint8Array, isUtf8: boolean, at: number): string {
  const name = decodeName(raw, isUtf8, at);
  if (!isSafe(name)) throw new DfuMisfit('zip-name', at, SAFE, JSON.stringify(name));
  return name;
}

function decodeName(raw: Uint8Array, isUtf8: boolean, at: number): string {
  if (!isUtf8 && raw.some((byte) => byte >= 0x80))
    throw new DfuMisfit('zip-name', at, 'UTF-8', 'a code page');
  try {
    return UTF8.decode(raw);
  } catch {
    throw new DfuMisfit('zip-name', at, 'UTF-8', 'something else');
  }
}

/** Whether a name stays within the folder it is unpacked to, on any system. */
export function isSafe(name: string): boolean {
  if (name === '' || name.length > NAME_LIMIT) return false;
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  if (/[\u0000-\u001f\u007f-\u009f\\:*?"<>|\u202a-\u202e\u2066-\u2069]/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..' && !/[. ]$/.test(part));
}
