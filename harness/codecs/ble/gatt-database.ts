import { ATT_VALUE_MOST } from '#codecs/ble/att.ts';
import { attUuid, UUID } from '#codecs/ble/uuid.ts';

/** Bits of a characteristic's properties (Core 6 Vol 3 Part G 3.3.1.1). */
export const PROPERTY = {
  read: 0x02,
  writeCommand: 0x04,
  write: 0x08,
  notify: 0x10,
  indicate: 0x20,
} as const;

/** What a GATT server offers under one UUID. */
export interface CharacteristicSpec {
  readonly uuid: string;
  /** As `PROPERTY`; with notify or indicate, a configuration descriptor follows the value. */
  readonly properties: number;
  readonly value?: Uint8Array;
  /** Longest value that may be written; default 512. */
  readonly longest?: number;
  /** Reading, writing and subscribing ask for an encrypted link. */
  readonly needsEncryption?: boolean;
  /** Takes a written value; an ATT error code refuses it. */
  readonly written?: (value: Uint8Array) => number | null;
}

export interface ServiceSpec {
  readonly uuid: string;
  readonly characteristics: readonly CharacteristicSpec[];
}

/** One attribute of a server. */
export interface GattAttribute {
  readonly handle: number;
  /** As on the wire: 2 or 16 bytes. */
  readonly type: Uint8Array;
  /** Last handle of the service that begins here; its own elsewhere. */
  readonly groupEnd: number;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  readonly needsEncryption: boolean;
  readonly longest: number;
  /** What it holds at first; what is written since is the link's or the server's to keep. */
  readonly value: Uint8Array;
  /** True for client configurations, which every client has of its own. */
  readonly isPerClient: boolean;
  readonly written?: (value: Uint8Array) => number | null;
}

const FIXED = {
  canRead: true,
  canWrite: false,
  needsEncryption: false,
  isPerClient: false,
} as const;

/** Attributes of these services, with handles from 1 on. */
export function gattDatabase(services: readonly ServiceSpec[]): readonly GattAttribute[] {
  const attributes: GattAttribute[] = [];
  for (const { uuid, characteristics } of services) {
    const handle = attributes.length + 1;
    const inside: GattAttribute[] = [];
    for (const spec of characteristics) inside.push(...attributesOf(spec, handle + 1 + inside.length));
    const value = attUuid(uuid);
    const type = attUuid(UUID.primaryService);
    const groupEnd = handle + inside.length;
    attributes.push({ ...FIXED, handle, type, groupEnd, value, longest: value.length }, ...inside);
  }
  return attributes;
}

function attributesOf(spec: CharacteristicSpec, handle: number): readonly GattAttribute[] {
  const uuid = attUuid(spec.uuid);
  const at = handle + 1;
  const declared = Uint8Array.from([spec.properties, at & 0xff, at >> 8, ...uuid]);
  const declaration = {
    ...FIXED,
    handle,
    groupEnd: handle,
    type: attUuid(UUID.characteristic),
    value: declared,
    longest: declared.length,
  };
  const value: GattAttribute = {
    handle: at,
    groupEnd: at,
    type: uuid,
    canRead: (spec.properties & PROPERTY.read) !== 0,
    canWrite: (spec.properties & (PROPERTY.write | PROPERTY.writeCommand)) !== 0,
    needsEncryption: spec.needsEncryption ?? false,
    longest: spec.longest ?? ATT_VALUE_MOST,
    value: spec.value ?? new Uint8Array(),
    isPerClient: false,
    ...(spec.written === undefined ? {} : { written: spec.written }),
  };
  const tellsClients = (spec.properties & (PROPERTY.notify | PROPERTY.indicate)) !== 0;
  return tellsClients ? [declaration, value, configurationOf(value)] : [declaration, value];
}

function configurationOf({ handle, needsEncryption }: GattAttribute): GattAttribute {
  return {
    handle: handle + 1,
    groupEnd: handle + 1,
    type: attUuid(UUID.clientConfiguration),
    canRead: true,
    canWrite: true,
    needsEncryption,
    longest: 2,
    value: new Uint8Array(2),
    isPerClient: true,
  };
}

/** The attribute that holds a characteristic's value; null where there is none. */
export function valueOf(database: readonly GattAttribute[], uuid: string): GattAttribute | null {
  const type = attUuid(uuid);
  return database.find((attribute) => sameBytes(attribute.type, type)) ?? null;
}

/** Whether both are the same bytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}
