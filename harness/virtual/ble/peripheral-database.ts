import {
  gattDatabase,
  PROPERTY,
  type GattAttribute,
  type ServiceSpec,
  valueOf,
} from '#codecs/ble/gatt-database.ts';
import { UUID } from '#codecs/ble/uuid.ts';

const { read, write, writeCommand, notify } = PROPERTY;

/** Characteristics of the virtual peripheral: a setting, a secret, and what mcumgr writes to. */
export const PERIPHERAL_UUID = { service: 'fff0', setting: 'fff1', secret: 'fff2' } as const;

/** Longest setting; the buffer that a careless handler copies it into. */
export const SETTING_MOST = 64;

/**
 * The database of the virtual peripheral; `takeSmp` gets what is written to mcumgr's characteristic. Further services come
 * behind, so that the handles of the others stay.
 */
export function peripheralDatabase(
  takeSmp: (value: Uint8Array) => void,
  more: readonly ServiceSpec[] = [],
): readonly GattAttribute[] {
  const smp = (value: Uint8Array): null => {
    takeSmp(value);
    return null;
  };
  return gattDatabase([
    {
      uuid: UUID.gap,
      characteristics: [
        { uuid: UUID.deviceName, properties: read, value: Uint8Array.from(Buffer.from('assay-fw')) },
      ],
    },
    {
      uuid: PERIPHERAL_UUID.service,
      characteristics: [
        { uuid: PERIPHERAL_UUID.setting, properties: read | write | notify, longest: SETTING_MOST },
        {
          uuid: PERIPHERAL_UUID.secret,
          properties: read | notify,
          needsEncryption: true,
          value: Uint8Array.from(Buffer.from('secret')),
        },
      ],
    },
    {
      uuid: UUID.mcumgr,
      characteristics: [{ uuid: UUID.mcumgrData, properties: writeCommand | notify, written: smp }],
    },
    {
      uuid: UUID.gatt,
      characteristics: [
        { uuid: UUID.clientFeatures, properties: read | write, longest: 1, value: new Uint8Array(1) },
      ],
    },
    ...more,
  ]);
}

/** The database with client configurations that anybody may write. */
export function withOpenConfigurations(database: readonly GattAttribute[]): readonly GattAttribute[] {
  return database.map((attribute) =>
    attribute.isPerClient ? Object.assign({}, attribute, { needsEncryption: false }) : attribute,
  );
}

/** Handle of a characteristic's value. */
export function peripheralHandle(database: readonly GattAttribute[], uuid: string): number {
  return valueOf(database, uuid)?.handle ?? 0;
}
