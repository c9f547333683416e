import { UsageError } from '#core/errors.ts';
import type { SigningKey } from '#core/board.ts';
import { keyDigestOfPem } from '#codecs/esp-secure-boot.ts';
import { espPrivateKey } from '#codecs/esp-key.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { keyHashOf } from '#codecs/mcuboot-public-key.ts';
import type { ForgedFormat } from '#fuzz/catalogue.ts';
import type { ForgeMaterial } from '#fuzz/forgery.ts';
import { rebuildEsp, rebuildMcuboot } from './forge-rebuild.ts';
import { withKey, type KeyFile } from './keys.ts';

/** What a forger of the command line was given. */
export interface Given {
  readonly key: KeyFile;
  /** A key that the board must not trust. */
  readonly foreign: KeyFile | undefined;
  /** The vendor's published development key. */
  readonly vendor: KeyFile | undefined;
  /** Bytes of the area that the image has to fit. */
  readonly slotSize: number | undefined;
}

function signingKey(format: ForgedFormat, file: KeyFile): SigningKey {
  return withKey(file, (pem) => {
    if (format === 'esp-idf') return { type: espPrivateKey(pem).scheme, id: keyDigestOfPem(pem), pem };
    const key = mcubootKey(pem);
    return { type: key.scheme, id: Buffer.from(keyHashOf(key)).toString('hex'), pem };
  });
}

function missing(option: string, what: string): UsageError {
  return new UsageError({
    code: `${option}-missing`,
    message: `this forgery needs ${what}`,
    expected: `--${option}`,
    remedy: `add --${option} to the command`,
  });
}

/** What the forgeries of a format work with. A key that was not given is asked for by the forgery that needs it. */
export function materialOf(format: ForgedFormat, base: Uint8Array, given: Given): ForgeMaterial {
  const rebuild = format === 'mcuboot' ? rebuildMcuboot : rebuildEsp;
  const { key, foreign, vendor, slotSize } = given;
  const signing = signingKey(format, key);
  return {
    keys: {
      signing,
      get foreign(): SigningKey {
        if (foreign === undefined)
          throw missing('foreign-key', 'a key of the same kind that the board must not trust');
        return signingKey(format, foreign);
      },
      get vendorDevelopment(): SigningKey {
        if (vendor === undefined) throw missing('vendor-key', "the vendor's published development key");
        return signingKey(format, vendor);
      },
    },
    build: (spec) => rebuild(base, spec, key),
    get areaSize(): number {
      if (slotSize === undefined)
        throw missing('slot-size', 'the size of the slot that the image has to fit');
      return slotSize;
    },
  };
}
