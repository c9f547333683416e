import { randomBytes } from 'node:crypto';
import type { McubootBuild } from '#codecs/mcuboot-build.ts';
import type { Dependency } from '#codecs/mcuboot-dependency.ts';
import type { ImageEncryption } from '#codecs/mcuboot-encryption.ts';
import type { PaddedFor } from '#codecs/mcuboot-pad.ts';
import { imageRecipient } from '#codecs/mcuboot-recipient.ts';
import type { Tlv } from '#codecs/mcuboot-tlv.ts';
import type { TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';
import { DNS_NAMESPACE, parseUuid } from '#codecs/uuid.ts';
import type { Option, Values } from '../command.ts';
import { filesOption, textOption } from '../options.ts';
import { readKey, withKey } from './keys.ts';
import { numberOf, numberOption, wrongOption } from './number-option.ts';

/** What was asked for; what is left out comes from the image, where there is one. */
export interface McubootRequest {
  readonly version: string | undefined;
  readonly securityCounter: number | undefined;
  readonly headerSize: number | undefined;
  readonly padHeader: boolean;
  /** Manner of signing and claims that the image gets besides those it has. */
  readonly claims: Partial<McubootBuild>;
  readonly encryption: ImageEncryption | undefined;
  readonly padding: { readonly shape: TrailerShape; readonly what: PaddedFor } | undefined;
}

const U32_MAX = 0xffff_ffff;
/** Types for everybody's use, as imgtool has them. */
const CUSTOM_TLV = { least: 0xa0, most: 0xfffe } as const;
/** AES-128, as imgtool does unless told otherwise. */
const IMAGE_KEY_LENGTH = 16;
const SEED_LENGTH = 32;

/** Options that only MCUboot images have, under imgtool's names. */
export const MCUBOOT_OPTIONS: Readonly<Record<string, Option>> = {
  version: { type: 'string', value: 'V', help: '1.2.3 or 1.2.3+4 (default: that of the image)' },
  counter: { type: 'string', value: 'N', help: 'security counter (default: that of the image)' },
  'header-size': { type: 'string', value: 'N', help: 'bytes before the code (default 0x200)' },
  'pad-header': { type: 'boolean', help: 'put the header before the code, which left no room' },
  pure: { type: 'boolean', help: 'Ed25519 over the image itself instead of its hash' },
  'full-key': { type: 'boolean', help: 'the whole public key instead of its hash' },
  dependency: {
    type: 'string',
    multiple: true,
    value: 'N=V',
    help: 'image N is needed in version V or later',
  },
  'boot-record': {
    type: 'string',
    value: 'TYPE',
    help: 'claims for attestation; software type of up to 12 letters',
  },
  vid: { type: 'string', value: 'UUID', help: 'vendor: a UUID, or a domain name' },
  cid: { type: 'string', value: 'UUID', help: 'device class: a UUID, or a name within the vendor' },
  'custom-tlv': {
    type: 'string',
    multiple: true,
    value: 'T=HEX',
    help: 'a protected entry, type 0xa0 or above',
  },
  'load-addr': { type: 'string', value: 'A', help: 'RAM address that the image is copied to' },
  'rom-fixed': { type: 'string', value: 'A', help: 'flash address that the image must lie at' },
  encrypt: {
    type: 'string',
    value: 'PEM',
    help: 'public key (RSA-2048, P-256 or X25519) of who may read the image',
  },
  'slot-size': {
    type: 'string',
    value: 'N',
    help: 'fill up to a slot of this size; with --pad or --confirm',
  },
  align: { type: 'string', value: 'N', help: 'bytes that flash writes at once: 1 to 32 (default 4)' },
  pad: { type: 'boolean', help: 'end the slot with a trailer that asks for a trial' },
  confirm: { type: 'boolean', help: 'end the slot with a trailer that makes the image stay' },
};

function pairOf(name: string, text: string, expected: string): readonly [left: string, right: string] {
  const at = text.indexOf('=');
  if (at < 1) throw wrongOption(name, text, expected);
  return [text.slice(0, at), text.slice(at + 1)];
}

function dependencyOf(text: string): Dependency {
  const [image, version] = pairOf('dependency', text, 'NUMBER=VERSION, such as 1=2.0.0');
  return { image: numberOf('dependency', image, 0, 255), version: versionOf(version) };
}

function customTlv(text: string): Tlv {
  const [type, value] = pairOf('custom-tlv', text, 'TYPE=HEX, such as 0xa0=0102');
  if (!/^(?:[0-9a-f]{2})*$/i.test(value))
    throw wrongOption('custom-tlv', text, 'hexadecimal digits in pairs');
  return {
    type: numberOf('custom-tlv', type, CUSTOM_TLV.least, CUSTOM_TLV.most),
    value: Uint8Array.from(Buffer.from(value, 'hex')),
  };
}

function identities(values: Values): Partial<McubootBuild> {
  const vendor = textOption(values, 'vid');
  const product = textOption(values, 'cid');
  const vendorId = vendor === undefined ? null : parseUuid(vendor, DNS_NAMESPACE);
  return {
    ...(vendorId === null ? {} : { vendorId }),
    ...(product === undefined ? {} : { classId: parseUuid(product, vendorId) }),
  };
}

function claimsOf(values: Values): Partial<McubootBuild> {
  const dependencies = filesOption(values, 'dependency').map(dependencyOf);
  const protectedTlvs = filesOption(values, 'custom-tlv').map(customTlv);
  const bootRecord = textOption(values, 'boot-record');
  const ramAddress = numberOption(values, 'load-addr', 0, U32_MAX);
  const romAddress = numberOption(values, 'rom-fixed', 0, U32_MAX);
  return {
    ...identities(values),
    ...(values['pure'] === true ? { pure: true } : {}),
    ...(values['full-key'] === true ? { publicKey: 'full' } : {}),
    ...(dependencies.length === 0 ? {} : { dependencies }),
    ...(protectedTlvs.length === 0 ? {} : { protectedTlvs }),
    ...(bootRecord === undefined ? {} : { bootRecord }),
    ...(ramAddress === undefined ? {} : { ramAddress }),
    ...(romAddress === undefined ? {} : { romAddress }),
  };
}

function encryptionOf(values: Values): ImageEncryption | undefined {
  const path = textOption(values, 'encrypt');
  if (path === undefined) return undefined;
  const recipient = withKey(readKey(path), imageRecipient);
  return { recipient, imageKey: randomBytes(IMAGE_KEY_LENGTH), seed: randomBytes(SEED_LENGTH) };
}

function paddingOf(values: Values): McubootRequest['padding'] {
  const slotSize = numberOption(values, 'slot-size', 0x1000, U32_MAX);
  const writeSize = numberOption(values, 'align', 1, 32);
  const wishes = (['pad', 'confirm'] as const).filter((name) => values[name] === true);
  const [wish] = wishes;
  if (wish === undefined && slotSize === undefined && writeSize === undefined) return undefined;
  if (wish === undefined || slotSize === undefined || wishes.length > 1) {
    throw wrongOption(
      'slot-size',
      wishes.join(' and ') || 'neither',
      '--slot-size N with one of --pad and --confirm',
    );
  }
  const size = writeSize ?? 4;
  if (![1, 2, 4, 8, 16, 32].includes(size)) throw wrongOption('align', String(size), '1, 2, 4, 8, 16 or 32');
  const shape = { slotSize, writeSize: size, maxAlign: Math.max(8, size), maxSectors: 128 };
  return { shape, what: wish === 'pad' ? 'pending' : 'confirmed' };
}

/** What the command line asks for. UsageError `<option>-invalid` for what does not fit. */
export function mcubootRequest(values: Values): McubootRequest {
  return {
    version: textOption(values, 'version'),
    securityCounter: numberOption(values, 'counter', 0, U32_MAX),
    headerSize: numberOption(values, 'header-size', 32, 0xfffc),
    padHeader: values['pad-header'] === true,
    claims: claimsOf(values),
    encryption: encryptionOf(values),
    padding: paddingOf(values),
  };
}
