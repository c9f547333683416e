import { gattDatabase, PROPERTY, valueOf } from '#codecs/ble/gatt-database.ts';
import { UUID } from '#codecs/ble/uuid.ts';

const { read, write, writeCommand, notify } = PROPERTY;

/** What our peripheral serves in the sweeps: a long value that may be written, and one that needs encryption. */
export const DATABASE = gattDatabase([
  {
    uuid: UUID.gap,
    characteristics: [
      { uuid: UUID.deviceName, properties: read, value: Uint8Array.from(Buffer.from('assay')) },
    ],
  },
  {
    uuid: UUID.mcumgr,
    characteristics: [
      {
        uuid: UUID.mcumgrData,
        properties: read | write | writeCommand | notify,
        value: Uint8Array.from({ length: 100 }, (_, index) => index),
      },
      { uuid: 'fff2', properties: read, needsEncryption: true, value: Uint8Array.of(42) },
    ],
  },
]);

/** Handle of a characteristic's value. */
export function handleOf(uuid: string): number {
  return valueOf(DATABASE, uuid)?.handle ?? 0;
}

/** Handle and UUID of every characteristic, as discovery finds them. */
export const CHARACTERISTICS = [UUID.deviceName, UUID.mcumgrData, 'fff2'].map((uuid) => ({
  handle: handleOf(uuid),
  uuid,
}));
