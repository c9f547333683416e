import { sha256Of } from '#codecs/esp-secure-boot.ts';
import { PARTITION_APP, PARTITION_DATA, SUBTYPE, type PartitionRow } from '#codecs/esp-partition.ts';
import { EspFlash, type FlashEncryption } from '#virtual/esp-idf/esp-flash.ts';
import { FlashCipher } from '#virtual/esp-idf/flash-cipher.ts';
import { ESP_SHAPE } from '#virtual/esp-idf/provision.ts';
import { Storage } from '#virtual/storage.ts';
import { partitionRows } from './layout.ts';
import type { EspProfile } from './profile.ts';

/** Boot loader and partition table lie in front of the first partition and are always encrypted. */
const FIRST_PARTITION = 0x9000;
/** A test key: on a chip it is made at the first start and nobody ever reads it. */
const KEY = sha256Of(Buffer.from('assay flash encryption test key'));

/** What a board encrypts, and with which key; null where its profile does not ask for it. */
export function encryptionOf(profile: EspProfile): FlashEncryption | null {
  if (!profile.encrypted) return null;
  const rows = partitionRows(profile).filter(isEncrypted);
  const ranges = rows.map(({ offset, size }) => ({ from: offset, to: offset + size }));
  return { cipher: new FlashCipher(KEY), ranges: [{ from: 0, to: FIRST_PARTITION }, ...ranges] };
}

/** Flash content as the processor of such a board reads it. */
export function deciphered(profile: EspProfile, content: Uint8Array): Uint8Array {
  const encryption = encryptionOf(profile);
  if (encryption === null) return content;
  const storage = new Storage(ESP_SHAPE);
  storage.load({ flash: content, fuses: new Uint32Array(ESP_SHAPE.fuses) });
  return new EspFlash(storage, encryption).bytes;
}

/** Applications and otadata always are; other data only where the table says so, and here it does not. */
function isEncrypted({ type, subtype }: PartitionRow): boolean {
  return type === PARTITION_APP || (type === PARTITION_DATA && subtype === SUBTYPE.otadata);
}
