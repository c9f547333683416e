import { isSafeName } from '#core/safe-name.ts';
import { DfuMisfit } from '#codecs/dfu-defect.ts';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const SAFE = 'a relative name without .., control or drive characters';

/** The name of an entry; throws DfuMisfit where it is not safe. */
export function readName(raw: Uint8Array, isUtf8: boolean, at: number): string {
  const name = decodeName(raw, isUtf8, at);
  if (!isSafeName(name)) throw new DfuMisfit('zip-name', at, SAFE, JSON.stringify(name));
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
