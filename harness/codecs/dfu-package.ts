import { sha256 } from '@noble/hashes/sha2.js';
import { type DfuDefect, DfuMisfit, isDfuDefect, orDefect } from '#codecs/dfu-defect.ts';
import {
  DFU_HASH,
  DFU_TYPE,
  DFU_VALIDATION,
  encodeCommand,
  type InitCommand,
  type InitPacket,
  parseInitPacket,
  signedPacket,
  unsignedPacket,
} from '#codecs/dfu-init-packet.ts';
import type { DfuSigningKey } from '#codecs/dfu-key.ts';
import {
  type DfuKind,
  type DfuManifest,
  encodeManifest,
  type ManifestEntry,
  parseManifest,
} from '#codecs/dfu-manifest.ts';
import { readZip, writeZip, type ZipFile } from '#codecs/dfu-zip.ts';

/** Name of the manifest in every package. */
export const MANIFEST_FILE = 'manifest.json';

/** An image of a package: its entry in the manifest and its two files. */
export interface DfuImage {
  readonly entry: ManifestEntry;
  /** The `.bin`. */
  readonly firmware: Uint8Array;
  /** The `.dat`, as it is. */
  readonly dat: Uint8Array;
}

/** A package taken apart. */
export interface DfuPackage {
  readonly manifest: DfuManifest;
  /** In the order of installing. */
  readonly images: readonly DfuImage[];
  /** Files that the manifest does not name. */
  readonly others: readonly ZipFile[];
}

/** What a new image is made of. */
export interface DfuImageRequest {
  readonly kind: DfuKind;
  /** File name without `.bin` and `.dat`. */
  readonly name: string;
  readonly firmware: Uint8Array;
  readonly init: InitCommand;
}

/** Takes a package (`.zip`) apart; its init packets stay bytes, so that one that does not hold hides nothing. Never throws. */
export function parseDfuPackage(bytes: Uint8Array): DfuPackage | DfuDefect {
  return orDefect(() => {
    const files = given(readZip(bytes));
    const manifest = given(parseManifest(named(files, MANIFEST_FILE)));
    const images = manifest.entries.map((entry) => ({
      entry,
      firmware: named(files, entry.binFile),
      dat: named(files, entry.datFile),
    }));
    const known = new Set([
      MANIFEST_FILE,
      ...manifest.entries.flatMap(({ binFile, datFile }) => [binFile, datFile]),
    ]);
    return { manifest, images, others: files.filter(({ name }) => !known.has(name)) };
  });
}

/** The package's archive. Its files and their bytes are those given; compression and times are ours. */
export function encodeDfuPackage({ manifest, images, others }: DfuPackage): Uint8Array {
  const pairs = images.flatMap(({ entry, firmware, dat }) => [
    { name: entry.binFile, bytes: firmware },
    { name: entry.datFile, bytes: dat },
  ]);
  return writeZip([{ name: MANIFEST_FILE, bytes: encodeManifest(manifest) }, ...pairs, ...others]);
}

/** A package of new images, signed where a key is given. */
export function buildDfuPackage(requests: readonly DfuImageRequest[], key: DfuSigningKey | null): DfuPackage {
  const images = requests.map(({ kind, name, firmware, init }) => {
    const sizes =
      kind === 'softdevice_bootloader'
        ? { sizes: { blSize: init.blSize ?? 0, sdSize: init.sdSize ?? 0 } }
        : {};
    const entry = { kind, binFile: `${name}.bin`, datFile: `${name}.dat`, ...sizes };
    return { entry, firmware, dat: encodeImagePacket(init, key) };
  });
  return { manifest: { entries: images.map(({ entry }) => entry) }, images, others: [] };
}

/** The packet's command, byte for byte, with this key's signature in place of whatever it had. */
export function signInitPacket(packet: InitPacket, key: DfuSigningKey): Uint8Array {
  return signedPacket(packet.command, key.sign(packet.signedBytes));
}

/** The init packet of a command as protobuf writes it, signed where a key is given. */
export function encodeImagePacket(init: InitCommand, key: DfuSigningKey | null): Uint8Array {
  const packet = unsignedPacket(encodeCommand(init));
  return key === null ? packet : signInitPacket(given(parseInitPacket(packet)), key);
}

/** The digest of an image as init packets hold it: SHA-256 with its bytes reversed. */
export function dfuHash(firmware: Uint8Array): Uint8Array {
  return sha256(firmware).toReversed();
}

/** The init command of an image that is one piece, with nrfutil's defaults for what `options` leaves out. */
export function initCommandFor(
  type: keyof typeof DFU_TYPE,
  firmware: Uint8Array,
  options: Partial<InitCommand> = {},
): InitCommand {
  const length = firmware.length;
  return {
    fwVersion: 0xffffffff,
    hwVersion: 0xffffffff,
    sdReq: [0xfffe],
    type: DFU_TYPE[type],
    sdSize: type === 'softdevice' ? length : 0,
    blSize: type === 'bootloader' ? length : 0,
    appSize: type === 'application' || type === 'externalApplication' ? length : 0,
    hash: { type: DFU_HASH.sha256, bytes: dfuHash(firmware) },
    isDebug: false,
    bootValidation: [{ type: DFU_VALIDATION.crc, bytes: new Uint8Array() }],
    ...options,
  };
}

function named(files: readonly ZipFile[], name: string): Uint8Array {
  const found = files.find((file) => file.name === name);
  if (found === undefined) throw new DfuMisfit('package-file', 0, `a file ${JSON.stringify(name)}`, 'none');
  return found.bytes;
}

function given<T extends object>(read: T | DfuDefect): T {
  if (isDfuDefect(read)) throw new DfuMisfit(read.defect, read.at, read.expected, read.got);
  return read;
}
