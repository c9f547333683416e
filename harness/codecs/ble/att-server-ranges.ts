import { ATT_ERROR, type AttPdu } from '#codecs/ble/att.ts';
import { AttRefusal } from '#codecs/ble/att-refusal.ts';
import { sameBytes, type GattAttribute } from '#codecs/ble/gatt-database.ts';
import { attUuid, UUID } from '#codecs/ble/uuid.ts';

/** What a request over a range of handles looks at. */
export interface AttView {
  readonly database: readonly GattAttribute[];
  readonly mtu: number;
  /** Throws `AttRefusal` where the client may not. */
  read(attribute: GattAttribute): Uint8Array;
}

type RangeRequest = Extract<
  AttPdu,
  { readonly type: 'findInfoReq' | 'findByValueReq' | 'readByTypeReq' | 'readByGroupReq' }
>;

/** Longest row that the one byte of its length can tell. */
const LONGEST_ROW = 255;
const PRIMARY = attUuid(UUID.primaryService);
const SECONDARY = attUuid(UUID.secondaryService);

/** Whether a request is about a range of handles. */
export function isRangeRequest(pdu: AttPdu): pdu is RangeRequest {
  return 'start' in pdu;
}

/** Answers a request over a range. Throws `AttRefusal`. */
export function attRangeAnswer(pdu: RangeRequest, view: AttView): AttPdu {
  const { start, end } = pdu;
  if (start === 0 || start > end) throw new AttRefusal(ATT_ERROR.invalidHandle, start);
  const within = view.database.filter(({ handle }) => handle >= start && handle <= end);
  switch (pdu.type) {
    case 'findInfoReq':
      return findInfo(start, within, view);
    case 'findByValueReq':
      return findByValue(pdu, within, view);
    case 'readByTypeReq':
      return readByType(typeOf(pdu), start, within, view);
    default:
      return readByGroup(typeOf(pdu), start, within, view);
  }
}

function typeOf({ attributeType }: { readonly attributeType: Uint8Array }): Uint8Array {
  if (attributeType.length !== 2 && attributeType.length !== 16)
    throw new AttRefusal(ATT_ERROR.invalidPdu, 0);
  return attributeType;
}

/** Rows as long as the first, as many as fit one answer. Throws where there is none. */
function equalRows(rows: readonly Uint8Array[], room: number, start: number): readonly Uint8Array[] {
  const [first] = rows;
  if (first === undefined) throw new AttRefusal(ATT_ERROR.notFound, start);
  const other = rows.findIndex((row) => row.length !== first.length);
  const most = Math.max(1, Math.floor(room / first.length));
  return rows.slice(0, Math.min(most, other === -1 ? rows.length : other));
}

const u16 = (value: number) => [value & 0xff, value >> 8];
const joined = (rows: readonly Uint8Array[]) => Uint8Array.from(Buffer.concat(rows));

function findInfo(start: number, within: readonly GattAttribute[], { mtu }: AttView): AttPdu {
  const rows = within.map(({ handle, type }) => Uint8Array.from([...u16(handle), ...type]));
  const fitting = equalRows(rows, mtu - 2, start);
  return { type: 'findInfoRsp', format: fitting[0]?.length === 4 ? 1 : 2, rows: joined(fitting) };
}

function findByValue(
  { start, attributeType, value }: Extract<RangeRequest, { readonly type: 'findByValueReq' }>,
  within: readonly GattAttribute[],
  { mtu }: AttView,
): AttPdu {
  const wanted = Uint8Array.from(u16(attributeType));
  const found = within
    .filter((attribute) => sameBytes(attribute.type, wanted) && sameBytes(attribute.value, value))
    .map(({ handle, groupEnd }) => ({ handle, groupEnd }))
    .slice(0, Math.floor((mtu - 1) / 4));
  if (found.length === 0) throw new AttRefusal(ATT_ERROR.notFound, start);
  return { type: 'findByValueRsp', found };
}

function readByType(
  type: Uint8Array,
  start: number,
  within: readonly GattAttribute[],
  view: AttView,
): AttPdu {
  const [first, ...others] = within.filter((attribute) => sameBytes(attribute.type, type));
  if (first === undefined) throw new AttRefusal(ATT_ERROR.notFound, start);
  // Only the first may refuse; a later one that the client may not read ends the list.
  const rows = [rowOf(first, view)];
  for (const attribute of others) {
    if (!attribute.canRead || attribute.needsEncryption) break;
    rows.push(rowOf(attribute, view));
  }
  const fitting = equalRows(rows, view.mtu - 2, start);
  return { type: 'readByTypeRsp', each: fitting[0]?.length ?? 0, rows: joined(fitting) };
}

function rowOf(attribute: GattAttribute, view: AttView): Uint8Array {
  const row = Uint8Array.from([...u16(attribute.handle), ...view.read(attribute)]);
  return row.subarray(0, Math.min(LONGEST_ROW, view.mtu - 2));
}

function readByGroup(
  type: Uint8Array,
  start: number,
  within: readonly GattAttribute[],
  { mtu }: AttView,
): AttPdu {
  if (!sameBytes(type, PRIMARY) && !sameBytes(type, SECONDARY)) {
    throw new AttRefusal(ATT_ERROR.unsupportedGroup, start);
  }
  const rows = within
    .filter((attribute) => sameBytes(attribute.type, type))
    .map(({ handle, groupEnd, value }) => Uint8Array.from([...u16(handle), ...u16(groupEnd), ...value]));
  const fitting = equalRows(rows, mtu - 2, start);
  return { type: 'readByGroupRsp', each: fitting[0]?.length ?? 0, rows: joined(fitting) };
}
