import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeAppDescriptor, type AppDescriptor } from '#codecs/esp-app-desc.ts';
import { decodeEspHeader } from '#codecs/esp-header.ts';
import { encodeEspImage, sealEspImage } from '#codecs/esp-image.ts';
import { encodeOtaEntry, OTA_STATE, otaEntry } from '#codecs/esp-otadata.ts';
import { encodePartitionTable } from '#codecs/esp-partition.ts';
import { dfuSigningKey } from '#codecs/dfu-key.ts';
import { buildDfuPackage, encodeDfuPackage, initCommandFor } from '#codecs/dfu-package.ts';
import { encodeIntelHex } from '#codecs/intel-hex.ts';
import { buildMcubootImage } from '#codecs/mcuboot-build.ts';
import { mcubootKey, testSigningKey } from '#codecs/mcuboot-key.ts';
import { encodeTrailer } from '#codecs/mcuboot-trailer.ts';
import { versionOf } from '#codecs/mcuboot-version.ts';

const PEM = testSigningKey('image command').pem;

/** Code that an application might be made of. */
export const CODE = Uint8Array.from({ length: 600 }, (_, index) => (index * 7) & 0xff);

/** A signed MCUboot image. */
export function mcubootImage(version: string): Uint8Array {
  const key = mcubootKey(PEM);
  return buildMcubootImage({ version: versionOf(version), payload: CODE, securityCounter: 3, key });
}

/** An ESP32 application whose project name is hostile to terminals. */
export function espApp(version: string, projectName = 'hello\u001b[31m'): Uint8Array {
  const header = decodeEspHeader(
    Uint8Array.from(Buffer.from('e901022010000840ee0000000000000000ff7f0000000001', 'hex')),
  );
  if (header === null) throw new Error('the header of the sample is 24 bytes');
  const descriptor: AppDescriptor = {
    magic: 0xabcd5432,
    secureVersion: 2,
    reserved1: new Uint8Array(8),
    version,
    projectName,
    time: '12:00:00',
    date: 'Jan  1 2026',
    idfVersion: 'v5.5',
    elfSha256: new Uint8Array(32).fill(0xab),
    minEfuseBlockRevision: 0,
    maxEfuseBlockRevision: 199,
    mmuPageSize: 16,
    spiFlashMode: 0,
    reserved2: new Uint8Array(74),
  };
  const data = encodeAppDescriptor(descriptor);
  const segments = [{ loadAddress: 0x3f40_0020, length: data.length, data }];
  return encodeEspImage(sealEspImage({ header: { ...header, segmentCount: 1 }, segments }));
}

/** A partition table with two applications. */
export function table(): Uint8Array {
  const rows = [
    { type: 1, subtype: 0, offset: 0xd000, size: 0x2000, label: 'otadata', flags: 0 },
    { type: 0, subtype: 0x10, offset: 0x1_0000, size: 0x1_0000, label: 'ota_0', flags: 0 },
    { type: 0, subtype: 0x11, offset: 0x2_0000, size: 0x1_0000, label: 'ota_1', flags: 0 },
  ];
  return encodePartitionTable({ rows, md5: true });
}

/** The otadata partition after one update. */
export function otadata(): Uint8Array {
  const bytes = new Uint8Array(0x2000).fill(0xff);
  bytes.set(encodeOtaEntry(otaEntry(1, OTA_STATE.valid)));
  bytes.set(encodeOtaEntry(otaEntry(2, OTA_STATE.pendingVerify)), 0x1000);
  return bytes;
}

function dump(size: number, pieces: readonly (readonly [at: number, bytes: Uint8Array])[]): Uint8Array {
  const bytes = new Uint8Array(size).fill(0xff);
  for (const [at, piece] of pieces) bytes.set(piece, at);
  return bytes;
}

/** A whole ESP32 flash. */
export function espDump(): Uint8Array {
  return dump(0x3_0000, [
    [0x8000, table()],
    [0xd000, otadata()],
    [0x1_0000, espApp('1.2.0')],
    [0x2_0000, espApp('1.3.0')],
  ]);
}

/** A whole nRF52840 flash with an update that waits. */
export function nrfDump(): Uint8Array {
  const shape = { slotSize: 0x76000, maxAlign: 8, writeSize: 4, maxSectors: 128 };
  const trailer = encodeTrailer(shape, { magic: true });
  return dump(0x10_0000, [
    [0xc000, mcubootImage('1.2.0')],
    [0x8_2000, mcubootImage('1.3.0')],
    [0x8_2000 + trailer.offset, trailer.bytes],
  ]);
}

/** A DFU package with one application. */
export function dfuZip(): Uint8Array {
  const init = initCommandFor('application', CODE);
  const request = { kind: 'application', name: 'app', firmware: CODE, init } as const;
  return encodeDfuPackage(buildDfuPackage([request], dfuSigningKey(PEM)));
}

/** Writes one file of every kind, and keys, under the names of the documentation; gives the folder. */
export function writeSamples(folder: string): string {
  const hex = encodeIntelHex({ segments: [{ address: 0xc000, bytes: mcubootImage('1.3.0') }], start: null });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey;
  const files: Readonly<Record<string, Uint8Array | string>> = {
    'zephyr.bin': CODE,
    'app.signed.bin': mcubootImage('1.3.0'),
    'other.signed.bin': mcubootImage('1.4.0'),
    'app.hex': hex,
    'app.zip': dfuZip(),
    'hello.bin': espApp('1.3.0'),
    'table.bin': table(),
    'otadata.bin': otadata(),
    'flash.bin': nrfDump(),
    'esp-flash.bin': espDump(),
    'noise.bin': CODE.subarray(3),
    'key.pem': PEM,
    'other.pem': testSigningKey('another').pem,
    'rsa.pem': String(rsa.export({ type: 'pkcs8', format: 'pem' })),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}
