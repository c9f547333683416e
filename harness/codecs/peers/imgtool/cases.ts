import type { Dependency } from '#codecs/mcuboot-dependency.ts';
import type { EciesHash } from '#codecs/mcuboot-ecies.ts';
import type { McubootBuild } from '#codecs/mcuboot-build.ts';
import type { PaddedFor } from '#codecs/mcuboot-pad.ts';
import { automaticCounter } from '#codecs/mcuboot-protected.ts';
import type { SignatureScheme } from '#codecs/mcuboot-scheme.ts';
import type { HashName } from '#codecs/mcuboot-tlv.ts';
import type { TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { formatVersion, type McubootVersion } from '#codecs/mcuboot-version.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import type { EncryptionKind } from '#codecs/peers/imgtool/keys.ts';
import { DNS_NAMESPACE, parseUuid } from '#codecs/uuid.ts';

/** An image to be made twice: what to build, and what to tell imgtool. */
export interface ImageCase {
  readonly build: Omit<McubootBuild, 'key' | 'encryption'>;
  readonly signer: SignatureScheme | null;
  readonly encryption: CaseEncryption | null;
  readonly padding: CasePadding | null;
  /** Address of the payload where it goes in as Intel HEX. */
  readonly hexIn: number | null;
  /** Whether the image comes out as Intel HEX. */
  readonly hexOut: boolean;
  /** Options of `imgtool sign`, without the names of files. */
  readonly options: readonly string[];
}

/** For whom an image is encrypted, and how. */
export interface CaseEncryption {
  readonly kind: EncryptionKind;
  readonly hash: EciesHash;
  readonly keyLength: 16 | 32;
  readonly clear: boolean;
}

/** How an image fills its slot. */
export interface CasePadding {
  readonly option: '--pad' | '--test' | '--confirm';
  readonly what: PaddedFor;
  readonly shape: TrailerShape;
}

/** Slot of every image. */
export const SLOT = 0x8000;

/** imgtool wants signing and encryption keys of one type, where both could be. */
const ENCRYPTION_FOR: Readonly<Record<SignatureScheme | 'none', readonly EncryptionKind[]>> = {
  none: ['rsa', 'p256', 'x25519'],
  'rsa-2048': ['rsa'],
  'rsa-3072': ['rsa'],
  'ecdsa-p256': ['p256'],
  'ecdsa-p384': [],
  ed25519: ['rsa', 'p256', 'x25519'],
};

/** A whole number from `low` to `high`, both included. */
export function whole(draw: Draw, low: number, high: number): number {
  return low + draw.below(high - low + 1);
}

/** Draws an image across all options that both sides have. */
export function drawCase(draw: Draw): ImageCase {
  const options: string[] = [];
  const signer = draw.pick<SignatureScheme | null>([
    null,
    'rsa-2048',
    'rsa-3072',
    'ecdsa-p256',
    'ecdsa-p384',
    'ed25519',
    'ed25519',
  ]);
  const encryption = drawEncryption(draw, signer, options);
  const build = {
    payload: draw.bytes(whole(draw, 1, 3000)),
    ...drawClaims(draw, options),
    ...drawManner(draw, signer, options),
    ...drawHeader(draw, options),
  };
  const padding = drawPadding(draw, build.erased, encryption !== null, options);
  const hexIn = draw.oneIn(4) ? whole(draw, 0x1000, 0x2000_0000) : null;
  return { build, signer, encryption, padding, hexIn, hexOut: draw.oneIn(3), options };
}

function drawEncryption(
  draw: Draw,
  signer: SignatureScheme | null,
  options: string[],
): CaseEncryption | null {
  const [first, ...others] = ENCRYPTION_FOR[signer ?? 'none'];
  if (first === undefined || !draw.oneIn(2)) return null;
  const kind = draw.pick([first, ...others]);
  const keyLength = draw.pick<16 | 32>([16, 32]);
  const hash = kind === 'x25519' ? draw.pick<EciesHash>(['sha256', 'sha512']) : 'sha256';
  const clear = draw.oneIn(4);
  options.push('--encrypt-keylen', String(keyLength * 8));
  if (hash === 'sha512') options.push('--hmac-sha', '512');
  if (clear) options.push('--clear');
  return { kind, hash, keyLength, clear };
}

function drawManner(draw: Draw, signer: SignatureScheme | null, options: string[]) {
  const full = signer !== null && draw.oneIn(4);
  const pure = signer === 'ed25519' && draw.oneIn(2);
  const padSignature = signer?.startsWith('ecdsa') === true && draw.oneIn(3);
  const hash = drawHash(draw, signer, pure);
  if (full) options.push('--public-key-format', 'full');
  if (pure) options.push('--pure');
  if (padSignature) options.push('--pad-sig');
  if (hash !== null) options.push('--sha', hash.slice(3));
  return {
    pure,
    padSignature,
    publicKey: full ? ('full' as const) : ('hash' as const),
    ...(hash === null ? {} : { hash }),
  };
}

function drawHash(draw: Draw, signer: SignatureScheme | null, pure: boolean): HashName | null {
  if (pure || draw.oneIn(2)) return null;
  if (signer === null) return draw.pick<HashName>(['sha256', 'sha384', 'sha512']);
  return signer === 'ed25519' ? draw.pick(['sha256', 'sha512']) : null;
}

function drawHeader(draw: Draw, options: string[]) {
  const headerSize = draw.pick([0x20, 0x100, 0x200, 0x200, whole(draw, 0x20, 0x400)]);
  const erased = draw.oneIn(5) ? 0 : 0xff;
  const nonBootable = draw.oneIn(6);
  const address = whole(draw, 1, 0xffff_fffe);
  const place = draw.pick(['none', 'ram', 'rom']);
  options.push('-H', String(headerSize), '-R', erased === 0 ? '0' : '0xff');
  if (nonBootable) options.push('--non-bootable');
  if (place === 'ram') options.push('--load-addr', `0x${address.toString(16)}`);
  if (place === 'rom') options.push('--rom-fixed', String(address));
  return {
    headerSize,
    erased,
    flags: nonBootable ? 0x10 : 0,
    ...(place === 'ram' ? { ramAddress: address } : {}),
    ...(place === 'rom' ? { romAddress: address } : {}),
  };
}

function drawClaims(draw: Draw, options: string[]) {
  const version = drawVersion(draw);
  options.push('-v', formatVersion(version));
  const counter = draw.pick<number | 'auto' | null>([null, 'auto', whole(draw, 0, 0xffff_ffff)]);
  if (counter !== null) options.push('-s', String(counter));
  const bootRecord = draw.oneIn(3) ? draw.pick(['App', 'SPE', 'NSPE', 'TwelveLetter']) : null;
  if (bootRecord !== null) options.push('--boot-record', bootRecord);
  const dependencies = Array.from({ length: draw.oneIn(3) ? whole(draw, 1, 3) : 0 }, () => ({
    image: whole(draw, 0, 255),
    version: drawVersion(draw),
  }));
  if (dependencies.length > 0) options.push('-d', dependencies.map(dependencyText).join(', '));
  const protectedTlvs = Array.from({ length: whole(draw, 0, 2) }, (_, i) => ({
    type: whole(draw, 0xa0, 0x7000) * 2 + i,
    value: draw.bytes(whole(draw, 0, 40)),
  })).filter(({ type }, i, all) => all.findIndex((other) => other.type === type) === i);
  for (const { type, value } of protectedTlvs) {
    options.push('--custom-tlv', String(type), `0x${Buffer.from(value).toString('hex')}`);
  }
  return {
    version,
    ...(counter === null
      ? {}
      : { securityCounter: counter === 'auto' ? automaticCounter(version) : counter }),
    ...(bootRecord === null ? {} : { bootRecord }),
    ...drawIds(draw, options),
    dependencies,
    protectedTlvs,
  };
}

function drawIds(draw: Draw, options: string[]) {
  const raw = () => Buffer.from(draw.bytes(16)).toString('hex');
  const vendor = draw.pick([null, raw(), 'nordicsemi.com']);
  const product = draw.pick([null, raw(), vendor === null ? raw() : 'nRF5340 network core']);
  const vendorId = vendor === null ? null : parseUuid(vendor, DNS_NAMESPACE);
  if (vendor !== null) options.push('--vid', vendor);
  if (product !== null) options.push('--cid', product);
  return {
    ...(vendorId === null ? {} : { vendorId }),
    ...(product === null ? {} : { classId: parseUuid(product, vendorId) }),
  };
}

function drawVersion(draw: Draw): McubootVersion {
  return {
    major: whole(draw, 0, 255),
    minor: whole(draw, 0, 255),
    revision: whole(draw, 0, 65_535),
    build: draw.oneIn(2) ? whole(draw, 0, 0xffff_fffe) : 0,
  };
}

function dependencyText({ image, version }: Dependency): string {
  return `(${image}, ${formatVersion(version)})`;
}

function drawPadding(draw: Draw, erased: number, encrypted: boolean, options: string[]): CasePadding | null {
  const writeSize = draw.pick([1, 2, 4, 8, 16, 32]);
  const maxAlign = draw.pick(writeSize === 32 ? [32] : writeSize === 16 ? [16, 32] : [8, 16, 32]);
  const maxSectors = whole(draw, 1, 64);
  const overwrite = draw.oneIn(4);
  options.push('-S', String(SLOT), '-M', String(maxSectors));
  options.push('--align', String(writeSize), '--max-align', String(maxAlign));
  if (overwrite) options.push('--overwrite-only');
  if (draw.oneIn(2)) return null;
  const option = draw.pick<CasePadding['option']>(['--pad', '--test', '--confirm']);
  const shape = {
    slotSize: SLOT,
    writeSize,
    maxAlign,
    maxSectors,
    erased,
    mode: overwrite ? ('overwrite' as const) : ('swap' as const),
    keyLength: encrypted ? 16 : 0,
  };
  return { option, what: option === '--confirm' ? 'confirmed' : 'pending', shape };
}
