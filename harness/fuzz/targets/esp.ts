import { APP_DESCRIPTOR_LENGTH, decodeAppDescriptor, encodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import {
  BOOTLOADER_DESCRIPTOR_LENGTH,
  decodeBootloaderDescriptor,
  encodeBootloaderDescriptor,
} from '#codecs/esp-bootloader-desc.ts';
import { describeEspImage } from '#codecs/esp-describe.ts';
import { parseEspFlash } from '#codecs/esp-flash-dump.ts';
import { parseFlasherArgs } from '#codecs/esp-flasher-args.ts';
import { decodeEspHeader, encodeEspHeader, ESP_HEADER_LENGTH } from '#codecs/esp-header.ts';
import { encodeEspImage, parseEspImage, sealEspImage } from '#codecs/esp-image.ts';
import { espPrivateKey, espPublicKey } from '#codecs/esp-key.ts';
import {
  decodeOtaEntry,
  encodeOtaEntry,
  OTA_ENTRY_LENGTH,
  OTA_STATE,
  otaEntry,
} from '#codecs/esp-otadata.ts';
import { encodePartitionTable, parsePartitionTable, PARTITION_TABLE_LENGTH } from '#codecs/esp-partition.ts';
import { appendBlocks } from '#codecs/esp-secure-boot.ts';
import { decodeV1Trailer, encodeV1Trailer, V1_TRAILER_LENGTH } from '#codecs/esp-secure-boot-v1.ts';
import {
  decodeSignatureBlock,
  encodeSignatureBlock,
  parseSignatureSector,
  SIGNATURE_BLOCK_LENGTH,
  SIGNATURE_MAGIC,
  withBlockCrc,
} from '#codecs/esp-signature-block.ts';
import { verifyEspImage } from '#codecs/esp-verify.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const text = (value: string) => Uint8Array.from(Buffer.from(value, 'utf8'));
const KEY = testSigningKey('fuzz').pem;

const HEADER = Uint8Array.from(Buffer.from('e901022010000840ee0000000000000000ff7f0000000001', 'hex'));

function image(): Uint8Array {
  const header = decodeEspHeader(HEADER);
  const data = new Uint8Array(APP_DESCRIPTOR_LENGTH + 16);
  data.set([0x32, 0x54, 0xcd, 0xab]);
  const segments = [{ loadAddress: 0x3f40_0020, length: data.length, data }];
  return header === null ? HEADER : encodeEspImage(sealEspImage({ header, segments }));
}

function block(): Uint8Array {
  const raw = new Uint8Array(SIGNATURE_BLOCK_LENGTH);
  raw.set([SIGNATURE_MAGIC, 2]);
  const decoded = decodeSignatureBlock(raw);
  return decoded === null ? raw : encodeSignatureBlock(withBlockCrc(decoded));
}

function signed(): Uint8Array {
  const decoded = decodeSignatureBlock(block());
  return appendBlocks(image(), decoded === null ? [] : [decoded]);
}

const TABLE = encodePartitionTable(
  {
    rows: [
      { type: 1, subtype: 0, offset: 0x9000, size: 0x2000, label: 'otadata', flags: 0 },
      { type: 0, subtype: 0x10, offset: 0x1_0000, size: 0x1000, label: 'ota_0', flags: 1 },
    ],
    md5: true,
  },
  0x100,
);

const FLASHER_ARGS = text(
  '{"flash_settings":{"flash_mode":"dio","flash_size":"2MB","flash_freq":"40m"},' +
    '"flash_files":{"0x1000":"bootloader/bootloader.bin","0x10000":"app.bin"},' +
    '"app":{"offset":"0x10000","file":"app.bin","encrypted":"false"},' +
    '"extra_esptool_args":{"after":"hard_reset","before":"default_reset","stub":true,"chip":"esp32"}}',
);

function flash(): Uint8Array {
  const bytes = new Uint8Array(0xb000).fill(0xff);
  bytes.set(TABLE, 0x8000);
  bytes.set(encodeOtaEntry(otaEntry(1, OTA_STATE.valid)), 0x9000);
  return bytes;
}

/** Parsers of the ESP32 family's formats. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'esp-image',
    seeds: () => [image()],
    run: (bytes) => {
      const parsed = parseEspImage(bytes);
      describeEspImage(parsed);
      return [[bytes, encodeEspImage(parsed)]];
    },
  },
  {
    name: 'esp-verify',
    seeds: () => [image(), signed()],
    run: (bytes) => {
      verifyEspImage(bytes, { v1Keys: [KEY], trusted: [] });
      return [];
    },
  },
  {
    name: 'esp-header',
    seeds: () => [HEADER],
    run: (bytes) => {
      const header = decodeEspHeader(bytes);
      return header === null ? [] : [[bytes.subarray(0, ESP_HEADER_LENGTH), encodeEspHeader(header)]];
    },
  },
  {
    name: 'esp-app-descriptor',
    seeds: () => [image().subarray(32, 32 + APP_DESCRIPTOR_LENGTH)],
    run: (bytes) => {
      const descriptor = decodeAppDescriptor(bytes);
      if (descriptor === null) return [];
      return [[bytes.subarray(0, APP_DESCRIPTOR_LENGTH), encodeAppDescriptor(descriptor)]];
    },
  },
  {
    name: 'esp-bootloader-descriptor',
    seeds: () => [Uint8Array.of(0x50, ...new Uint8Array(BOOTLOADER_DESCRIPTOR_LENGTH - 1))],
    run: (bytes) => {
      const descriptor = decodeBootloaderDescriptor(bytes);
      if (descriptor === null) return [];
      return [[bytes.subarray(0, BOOTLOADER_DESCRIPTOR_LENGTH), encodeBootloaderDescriptor(descriptor)]];
    },
  },
  {
    name: 'esp-partition-table',
    seeds: () => [TABLE],
    run: (bytes) => {
      const length = Math.min(bytes.length, PARTITION_TABLE_LENGTH);
      return [[bytes.subarray(0, length), encodePartitionTable(parsePartitionTable(bytes), length)]];
    },
  },
  {
    name: 'esp-otadata',
    seeds: () => [encodeOtaEntry(otaEntry(1, OTA_STATE.new))],
    run: (bytes) => {
      const entry = decodeOtaEntry(bytes);
      if (bytes.length < OTA_ENTRY_LENGTH) return [];
      return [[bytes.subarray(0, OTA_ENTRY_LENGTH), encodeOtaEntry(entry)]];
    },
  },
  {
    name: 'esp-signature-sector',
    seeds: () => [block()],
    run: (bytes) => {
      const blocks = parseSignatureSector(bytes);
      const [first] = blocks;
      if (first === undefined || bytes[0] !== SIGNATURE_MAGIC) return [];
      return [[bytes.subarray(0, SIGNATURE_BLOCK_LENGTH), encodeSignatureBlock(first)]];
    },
  },
  {
    name: 'esp-v1-trailer',
    seeds: () => [new Uint8Array(V1_TRAILER_LENGTH)],
    run: (bytes) => [[bytes, encodeV1Trailer(decodeV1Trailer(bytes))]],
  },
  {
    name: 'esp-flash',
    seeds: () => [flash()],
    run: (bytes) => {
      parseEspFlash(bytes);
      return [];
    },
  },
  {
    name: 'esp-flasher-args',
    seeds: () => [FLASHER_ARGS],
    run: (bytes) => {
      parseFlasherArgs(bytes);
      return [];
    },
  },
  {
    name: 'esp-key',
    seeds: () => [text(KEY)],
    run: (bytes) => {
      const pem = Buffer.from(bytes).toString('latin1');
      espPublicKey(pem);
      espPrivateKey(pem);
      return [];
    },
  },
];
