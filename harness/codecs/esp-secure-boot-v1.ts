import { hash } from 'node:crypto';
import { concatBytes } from '@noble/hashes/utils.js';
import { PeerError, UsageError } from '#core/errors.ts';
import { coordinatesOf, signEcdsa, verifyEcdsa } from '#codecs/esp-ecdsa.ts';
import { espPrivateKey, espPublicKey } from '#codecs/esp-key.ts';

/** The trailer of Secure Boot V1 (ESP32 only): ECDSA P-256 over the SHA-256 of everything before it. */
export interface V1Trailer {
  /** 0 in every release. */
  readonly version: number;
  /** r and s, big-endian. */
  readonly signature: Uint8Array;
}

/** Length of the trailer. */
export const V1_TRAILER_LENGTH = 68;

const SCHEME = 'ecdsa-p256';

/** The trailer at the start of `bytes`. PeerError unless they are exactly 68. */
export function decodeV1Trailer(bytes: Uint8Array): V1Trailer {
  if (bytes.length !== V1_TRAILER_LENGTH) {
    throw new PeerError({
      code: 'esp-v1-trailer',
      message: 'not a Secure Boot V1 trailer',
      expected: `${V1_TRAILER_LENGTH} bytes`,
      got: `${bytes.length} bytes`,
      remedy: 'check that the file is signed with `espsecure sign-data --version 1`, and complete',
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, V1_TRAILER_LENGTH);
  return { version: view.getUint32(0, true), signature: new Uint8Array(bytes.subarray(4)) };
}

/** The 68 bytes of a trailer; a signature that is too long is cut. */
export function encodeV1Trailer(trailer: V1Trailer): Uint8Array {
  const bytes = new Uint8Array(V1_TRAILER_LENGTH);
  new DataView(bytes.buffer).setUint32(0, trailer.version, true);
  bytes.set(trailer.signature.subarray(0, V1_TRAILER_LENGTH - 4), 4);
  return bytes;
}

/** The image (or partition table) with its trailer, the same bytes every time. UsageError unless the key is P-256. */
export function signEspImageV1(image: Uint8Array, pem: string): Uint8Array {
  const key = espPrivateKey(pem);
  if (key.scheme !== SCHEME) throw wrongKey(key.scheme);
  const signature = signEcdsa(SCHEME, hash('sha256', image, 'buffer'), key.secret);
  return concatBytes(image, encodeV1Trailer({ version: 0, signature }));
}

/** Whether the trailer's signature is that of what precedes it, under the key in this PEM (public or private). */
export function v1SignatureFits(signed: Uint8Array, trailer: V1Trailer, pem: string): boolean {
  const key = espPublicKey(pem);
  if (key.scheme !== SCHEME) throw wrongKey(key.scheme);
  const digest = hash('sha256', signed, 'buffer');
  return (
    trailer.version === 0 && verifyEcdsa(SCHEME, digest, trailer.signature, coordinatesOf(SCHEME, key.point))
  );
}

/** SHA-256 of X and Y as they are compiled into the boot loader, hex: names a V1 key. */
export function v1KeyDigestOfPem(pem: string): string {
  const key = espPublicKey(pem);
  if (key.scheme !== SCHEME) throw wrongKey(key.scheme);
  return hash('sha256', coordinatesOf(SCHEME, key.point));
}

function wrongKey(got: string): UsageError {
  return new UsageError({
    code: 'esp-v1-key',
    message: 'Secure Boot V1 signs with ECDSA P-256 only',
    expected: SCHEME,
    got,
    remedy: 'make the key with `espsecure generate-signing-key --version 1`',
  });
}
