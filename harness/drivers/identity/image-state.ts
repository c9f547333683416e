import type { CborMap, CborValue } from '#codecs/cbor.ts';

/** A slot as an image state answer describes it. */
export interface SlotState {
  readonly slot: number;
  /** `1.2.0`, or `1.2.0+4` where the board says `1.2.0.4`: as images are named everywhere else. */
  readonly version: string;
  /** Image hash, hex; empty when the server left it out. */
  readonly hash: string;
  readonly active: boolean;
  readonly confirmed: boolean;
  readonly pending: boolean;
}

/** Slots of image 0 in an image state answer; what is not a slot is left out, and absent flags are false (frugal lists). */
export function slotsOf(answer: CborMap): SlotState[] {
  const images = answer.get('images');
  if (!Array.isArray(images)) return [];
  return (images as readonly CborValue[]).flatMap((entry) => {
    if (!(entry instanceof Map)) return [];
    const map = entry as CborMap;
    const slot = map.get('slot');
    if (typeof slot !== 'number' || (map.get('image') ?? 0) !== 0) return [];
    const [version, hash] = [map.get('version'), map.get('hash')];
    return [
      {
        slot,
        version: typeof version === 'string' ? readable(version) : '',
        hash: hash instanceof Uint8Array ? Buffer.from(hash).toString('hex') : '',
        active: map.get('active') === true,
        confirmed: map.get('confirmed') === true,
        pending: map.get('pending') === true,
      },
    ];
  });
}

function readable(version: string): string {
  return version.slice(0, 64).replace(/^(\d+\.\d+\.\d+)\.(\d+)$/, '$1+$2');
}
