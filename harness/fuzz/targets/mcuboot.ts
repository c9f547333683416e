import { bootRecordOf, decodeBootRecord, encodeBootRecord } from '#codecs/mcuboot-boot-record.ts';
import { buildMcubootImage } from '#codecs/mcuboot-build.ts';
import { decodeDependency, encodeDependency } from '#codecs/mcuboot-dependency.ts';
import { decodeHeader, encodeHeader, HEADER_LENGTH } from '#codecs/mcuboot-header.ts';
import { encodeMcubootImage, isDefect, parseMcubootImage } from '#codecs/mcuboot-image.ts';
import { mcubootKey, signingKeyOf, testSigningKey } from '#codecs/mcuboot-key.ts';
import { mcubootPublicKey } from '#codecs/mcuboot-public-key.ts';
import { swapTypeOf } from '#codecs/mcuboot-swap-type.ts';
import { decodeTlvs, encodeTlvArea, TLV, TLV_HEADER, TLV_MAGIC } from '#codecs/mcuboot-tlv.ts';
import { encodeTrailer, readSwapState } from '#codecs/mcuboot-trailer.ts';
import { verifyMcubootImage } from '#codecs/mcuboot-verify.ts';
import { formatVersion, parseVersion } from '#codecs/mcuboot-version.ts';
import { DNS_NAMESPACE, parseUuid } from '#codecs/uuid.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const SIGNING = testSigningKey('fuzz');
const KEYS = [mcubootPublicKey(SIGNING.pem)];
const SHAPE = { slotSize: 0x400, maxAlign: 8, writeSize: 4, maxSectors: 4 } as const;
const VERSION = { major: 1, minor: 2, revision: 3, build: 4 };

function image(headerSize: number): Uint8Array {
  return buildMcubootImage({
    version: VERSION,
    payload: new Uint8Array(96).fill(0x5a),
    headerSize,
    securityCounter: 2,
    key: mcubootKey(SIGNING.pem),
  });
}

/** The bytes as the end of a slot. */
function readTrailer(bytes: Uint8Array): void {
  const slot = new Uint8Array(SHAPE.slotSize).fill(0xff);
  slot.set(bytes.subarray(-SHAPE.slotSize), Math.max(0, SHAPE.slotSize - bytes.length));
  const state = readSwapState(slot, SHAPE);
  swapTypeOf(state, state);
}

/** Parsers of MCUboot's formats, and of the keys that its images are signed with. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'mcuboot-image',
    seeds: () => [image(32), image(64)],
    run: (bytes) => {
      const parsed = parseMcubootImage(bytes);
      return isDefect(parsed) ? [] : [[bytes, encodeMcubootImage(parsed)]];
    },
  },
  {
    name: 'mcuboot-verify',
    seeds: () => [image(32)],
    run: (bytes) => {
      verifyMcubootImage(bytes, { keys: KEYS });
      return [];
    },
  },
  {
    name: 'mcuboot-header',
    seeds: () => [image(32).subarray(0, HEADER_LENGTH)],
    run: (bytes) => {
      const header = decodeHeader(bytes);
      return header === null ? [] : [[bytes.subarray(0, HEADER_LENGTH), encodeHeader(header)]];
    },
  },
  {
    name: 'mcuboot-tlv',
    seeds: () => [
      encodeTlvArea(TLV_MAGIC.protected, [{ type: TLV.securityCounter, value: new Uint8Array(4) }]).subarray(
        TLV_HEADER,
      ),
    ],
    run: (bytes) => {
      const tlvs = decodeTlvs(bytes);
      if ('brokenAt' in tlvs || bytes.length > 0xffff - TLV_HEADER) return [];
      return [[bytes, encodeTlvArea(TLV_MAGIC.protected, tlvs).subarray(TLV_HEADER)]];
    },
  },
  {
    name: 'mcuboot-trailer',
    seeds: () => [encodeTrailer(SHAPE, { magic: true, copyDone: 1, swapType: 'test' }).bytes],
    run: (bytes) => {
      readTrailer(bytes);
      return [];
    },
  },
  {
    name: 'mcuboot-version',
    seeds: () => [Buffer.from('1.2.3+4'), Buffer.from('0.0.0')],
    run: (bytes) => {
      const version = parseVersion(Buffer.from(bytes).toString('latin1'));
      if (version === null) return [];
      const text = formatVersion(version);
      const again = parseVersion(text);
      return [[Buffer.from(text), Buffer.from(again === null ? '' : formatVersion(again))]];
    },
  },
  {
    name: 'mcuboot-dependency',
    seeds: () => [encodeDependency({ image: 1, version: VERSION })],
    run: (bytes) => {
      decodeDependency(bytes);
      return [];
    },
  },
  {
    name: 'mcuboot-boot-record',
    seeds: () => [encodeBootRecord(bootRecordOf('SPE', VERSION, new Uint8Array(32), 'sha256'))],
    run: (bytes) => {
      decodeBootRecord(bytes);
      return [];
    },
  },
  {
    name: 'uuid',
    seeds: () => [Buffer.from('01234567-89ab-cdef-0123-456789abcdef')],
    run: (bytes) => {
      parseUuid(Buffer.from(bytes).toString('latin1'), DNS_NAMESPACE);
      return [];
    },
  },
  {
    name: 'key-pem',
    seeds: () => [Buffer.from(SIGNING.pem)],
    run: (bytes) => {
      const pem = Buffer.from(bytes).toString('latin1');
      mcubootPublicKey(pem);
      mcubootKey(pem);
      signingKeyOf(pem);
      return [];
    },
  },
];
