import type { BleFault } from '#virtual/ble/peripheral-faults.ts';

type Flaws = ReadonlySet<string>;

const PB_ADV = 0x29;
/** Link identifier and transaction number, in front of the generic provisioning PDU. */
const PB_HEADER = 5;
/** Bytes of a transaction in its first segment, and in each further one (Mesh Protocol 1.1, 5.3.1). */
const FIRST_SEGMENT = 20;
const NEXT_SEGMENT = 23;

/** What advertising data that the device hears do to it. */
export function advertisingFault(flaws: Flaws, data: Uint8Array): BleFault | null {
  for (let at = 0; at < data.length;) {
    const length = data[at] ?? 0;
    if (length === 0) return null;
    const end = at + 1 + length;
    if (end > data.length) return flaws.has('ble/advertising-length-trusted') ? 'crash' : null;
    const isMesh = data[at + 1] === PB_ADV;
    if (isMesh && isLongTransaction(data.subarray(at + 2, end)) && flaws.has('ble/mesh-segments-trusted')) {
      return 'crash';
    }
    at = end;
  }
  return null;
}

/** Whether a transaction starts that announces more segments than its length needs. */
function isLongTransaction(pdu: Uint8Array): boolean {
  const [control = 3, high = 0, low = 0] = pdu.subarray(PB_HEADER);
  if ((control & 3) !== 0) return false;
  const needed = Math.ceil(Math.max(0, high * 256 + low - FIRST_SEGMENT) / NEXT_SEGMENT);
  return control >> 2 > needed;
}
