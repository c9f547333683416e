import type { ChipModel } from '#virtual/esp-idf/chip-models.ts';
import {
  FUSE,
  keyDigestIn,
  keyRevoked,
  revokesAggressively,
  secureBootEnabled,
} from '#virtual/esp-idf/fuses.ts';
import { OSCILLATOR } from '#virtual/esp-loader/registers.ts';
import type { Storage } from '#virtual/storage.ts';

/** What of the eFuses the factory burns, besides what software trusts. */
export interface EfuseFactory {
  readonly model: ChipModel;
  /** Base MAC address, six bytes. */
  readonly mac: Uint8Array;
  /** Flash encryption is on. */
  readonly encrypted: boolean;
}

type Registers = Map<number, number>;

/** Key purposes of the digests for Secure Boot (SECURE_BOOT_DIGEST0..2), and how many digests a chip has. */
const PURPOSE_DIGEST = 9;
const DIGEST_WORDS = 8;

/** The read registers of the eFuse controller as they are after a start: address from its first register -> word. */
export function efuseRegisters(storage: Storage, factory: EfuseFactory): ReadonlyMap<number, number> {
  return factory.model.name === 'esp32' ? esp32(storage, factory) : esp32s3(storage, factory);
}

/** BLK0 at 0x00, BLK2 (key digest) at 0x58, BLK3 at 0x78 with the secure version in its word 4. */
function esp32(storage: Storage, { model, mac, encrypted }: EfuseFactory): Registers {
  const [low, high] = macWords(mac);
  const minor = model.revision % 100;
  return new Map([
    [0x00, encrypted ? 1 << 20 : 0],
    [0x04, low],
    [0x08, high | (crc8(mac) << 16)],
    // Revision 3 by three bits of which the third is no eFuse; package 1 is the D0WD.
    [0x0c, (1 << 15) | (1 << 13) | (1 << 9)],
    [0x10, OSCILLATOR],
    [0x14, (1 << 20) | (minor << 24) | (encrypted ? 0xf << 28 : 0)],
    [0x18, secureBootEnabled(storage) ? 1 << 5 : 0],
    ...digestWords(storage, 0, 0x58),
    [0x88, storage.fuses[FUSE.secureVersion] ?? 0],
  ]);
}

/** BLOCK0 from 0x2c on, the MAC in BLOCK1 from 0x44, keys from 0x9c. */
function esp32s3(storage: Storage, { model, mac, encrypted }: EfuseFactory): Registers {
  const [low, high] = macWords(mac);
  const slots = Array.from({ length: model.keySlots }, (_, slot) => slot);
  const purpose = (slot: number) => (keyDigestIn(storage, slot) === null ? 0 : PURPOSE_DIGEST + slot);
  const revoked = slots.reduce((bits, slot) => bits | (keyRevoked(storage, slot) ? 1 << (21 + slot) : 0), 0);
  return new Map([
    [0x34, (encrypted ? 1 << 18 : 0) | revoked | (purpose(0) << 24) | (purpose(1) << 28)],
    [
      0x38,
      purpose(2) | (secureBootEnabled(storage) ? 1 << 20 : 0) | (revokesAggressively(storage) ? 1 << 21 : 0),
    ],
    [0x3c, ((storage.fuses[FUSE.secureVersion] ?? 0) & 0xffff) << 14],
    [0x44, low],
    [0x48, high],
    [0x50, (model.revision % 100) << 18],
    ...slots.flatMap((slot) => digestWords(storage, slot, 0x9c + 0x20 * slot)),
  ]);
}

/** Low word first: its lowest byte is the last of the address. */
function macWords(mac: Uint8Array): readonly [number, number] {
  const bytes = Uint8Array.from([...mac].toReversed());
  const view = new DataView(bytes.buffer);
  return [view.getUint32(0, true), view.getUint16(4, true)];
}

function digestWords(storage: Storage, slot: number, at: number): readonly (readonly [number, number])[] {
  const digest = keyDigestIn(storage, slot) ?? new Uint8Array(DIGEST_WORDS * 4);
  const view = new DataView(digest.buffer, digest.byteOffset);
  return Array.from({ length: DIGEST_WORDS }, (_, i) => [at + 4 * i, view.getUint32(4 * i, true)] as const);
}

/** CRC-8 of the Dallas 1-Wire bus, by which the ESP32 checks its address. */
function crc8(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) === 1 ? 0x8c : 0);
  }
  return crc;
}
