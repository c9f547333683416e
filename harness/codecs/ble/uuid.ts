import { formatUuid } from '#core/uuid.ts';
import { UsageError } from '#core/errors.ts';

/** Behind the first four bytes of every UUID that the Bluetooth SIG gave out, highest byte first. */
const BASE_TAIL = '-0000-1000-8000-00805f9b34fb';

/** An attribute type as on the wire, lowest byte first: 2 bytes, or 16. Throws UsageError. */
export function attUuid(text: string): Uint8Array {
  const short = /^(?:0x)?([\da-f]{4})$/i.exec(text)?.[1];
  const full = /^[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}$/i.test(text) ? text.replaceAll('-', '') : null;
  const digits = short ?? full;
  if (digits === null) {
    throw new UsageError({
      code: 'ble-uuid',
      message: 'this is not the UUID of an attribute',
      expected: '2800, or 8d53dc1d-1db7-4cd3-868b-8a527460aa84',
      got: JSON.stringify(text),
      remedy: 'write four hex digits, or a whole UUID with dashes',
    });
  }
  return Uint8Array.from(Buffer.from(digits, 'hex').toReversed());
}

/** Text of a UUID: four digits where the SIG gave it out, else 36 characters; null for another length. */
export function attUuidText(wire: Uint8Array): string | null {
  const digits = Buffer.from(wire.toReversed()).toString('hex');
  if (wire.length === 2) return digits;
  const text = formatUuid(wire.toReversed());
  return text?.startsWith('0000') && text.endsWith(BASE_TAIL) ? text.slice(4, 8) : text;
}

/** Types of the attributes that make up a GATT database, and UUIDs whose services have grammars of their own. */
export const UUID = {
  primaryService: '2800',
  secondaryService: '2801',
  include: '2802',
  characteristic: '2803',
  userDescription: '2901',
  clientConfiguration: '2902',
  deviceName: '2a00',
  serviceChanged: '2a05',
  clientFeatures: '2b29',
  databaseHash: '2b2a',
  serverFeatures: '2b3a',
  gap: '1800',
  gatt: '1801',
  mcumgr: '8d53dc1d-1db7-4cd3-868b-8a527460aa84',
  mcumgrData: 'da2e7828-fbce-4e01-ae9e-261174997c48',
  nordicDfu: 'fe59',
  dfuControl: '8ec90001-f315-4f60-9fb8-838830daea50',
  dfuPacket: '8ec90002-f315-4f60-9fb8-838830daea50',
  bluFi: 'ffff',
  bluFiWrite: 'ff01',
  bluFiNotify: 'ff02',
} as const;
