import { dfuPublicKey, dfuSigningKey } from '#codecs/dfu-key.ts';
import { encodeManifest, parseManifest } from '#codecs/dfu-manifest.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { encodeInitPacket, parseInitPacket } from '#codecs/dfu-init-packet.ts';
import {
  buildDfuPackage,
  encodeDfuPackage,
  encodeImagePacket,
  initCommandFor,
  parseDfuPackage,
} from '#codecs/dfu-package.ts';
import { encodeDfuSettings, parseDfuSettings } from '#codecs/dfu-settings.ts';
import { newDfuSettings } from '#codecs/dfu-settings-pages.ts';
import { verifyDfuPackage } from '#codecs/dfu-verify.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const PEM = testSigningKey('fuzz').pem;
const FIRMWARE = new Uint8Array(64).fill(0x5a);

function zip(): Uint8Array {
  const init = initCommandFor('application', FIRMWARE);
  const request = { kind: 'application', name: 'app', firmware: FIRMWARE, init } as const;
  return encodeDfuPackage(buildDfuPackage([request], dfuSigningKey(PEM)));
}

function settings(version: 1 | 2): Uint8Array {
  return newDfuSettings({ version, appVersion: 1, bootloaderVersion: 1, application: FIRMWARE });
}

/** Parsers of Nordic's DFU formats. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'dfu-package',
    seeds: () => [zip()],
    run: (bytes) => {
      parseDfuPackage(bytes);
      verifyDfuPackage(bytes, [{ name: 'key', key: dfuPublicKey(PEM) }]);
      return [];
    },
  },
  {
    name: 'dfu-init-packet',
    seeds: () => [encodeImagePacket(initCommandFor('application', FIRMWARE), dfuSigningKey(PEM))],
    run: (bytes) => {
      const packet = parseInitPacket(bytes);
      return isDfuDefect(packet) ? [] : [[bytes, encodeInitPacket(packet)]];
    },
  },
  {
    name: 'dfu-manifest',
    seeds: () => [
      encodeManifest({ entries: [{ kind: 'application', binFile: 'app.bin', datFile: 'app.dat' }] }),
    ],
    run: (bytes) => {
      const manifest = parseManifest(bytes);
      if (isDfuDefect(manifest)) return [];
      const written = encodeManifest(manifest);
      const again = parseManifest(written);
      return [[written, isDfuDefect(again) ? new Uint8Array() : encodeManifest(again)]];
    },
  },
  {
    name: 'dfu-settings',
    seeds: () => [settings(1), settings(2)],
    run: (bytes) => {
      const page = parseDfuSettings(bytes);
      return isDfuDefect(page) ? [] : [[bytes, encodeDfuSettings(page)]];
    },
  },
  {
    name: 'dfu-key',
    seeds: () => [Uint8Array.from(Buffer.from(PEM))],
    run: (bytes) => {
      const pem = Buffer.from(bytes).toString('latin1');
      dfuPublicKey(pem);
      dfuSigningKey(pem);
      return [];
    },
  },
];
