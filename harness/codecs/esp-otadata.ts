import { crc32 } from '#codecs/crc32.ts';

/** `esp_ota_select_entry_t`: 32 bytes at the start of each of the two otadata sectors. */
export interface OtaEntry {
  /** 0xFFFFFFFF: blank. */
  readonly seq: number;
  /** Unused, 20 bytes. */
  readonly label: Uint8Array;
  /** See `OTA_STATE`; not covered by the CRC. */
  readonly state: number;
  readonly crc: number;
}

/** The two entries, in sector order. */
export type OtaEntries = readonly [OtaEntry, OtaEntry];

/** `esp_ota_img_states_t`. Other values boot like VALID. */
export const OTA_STATE = {
  new: 0,
  pendingVerify: 1,
  valid: 2,
  invalid: 3,
  aborted: 4,
  undefined: 0xffffffff,
} as const;

/** Length of an entry. */
export const OTA_ENTRY_LENGTH = 32;

const BLANK_SEQ = 0xffffffff;

/** The entry at the start of `bytes`; a short read counts as erased flash. */
export function decodeOtaEntry(bytes: Uint8Array): OtaEntry {
  const raw = new Uint8Array(OTA_ENTRY_LENGTH).fill(0xff);
  raw.set(bytes.subarray(0, OTA_ENTRY_LENGTH));
  const view = new DataView(raw.buffer);
  return {
    seq: view.getUint32(0, true),
    label: raw.slice(4, 24),
    state: view.getUint32(24, true),
    crc: view.getUint32(28, true),
  };
}

/** The 32 bytes of an entry, its CRC as given. */
export function encodeOtaEntry(entry: OtaEntry): Uint8Array {
  const bytes = new Uint8Array(OTA_ENTRY_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, entry.seq, true);
  bytes.set(entry.label.subarray(0, 20), 4);
  view.setUint32(24, entry.state, true);
  view.setUint32(28, entry.crc, true);
  return bytes;
}

/** An entry with the CRC that fits its sequence number. */
export function otaEntry(seq: number, state: number): OtaEntry {
  return { seq, label: new Uint8Array(20).fill(0xff), state, crc: otaCrc(seq) };
}

/** CRC of an entry: of the four bytes of the sequence number alone, register starting at zero. */
export function otaCrc(seq: number): number {
  const bytes = new DataView(new ArrayBuffer(4));
  bytes.setUint32(0, seq, true);
  return crc32(new Uint8Array(bytes.buffer), 0xffffffff);
}

/** Whether the CRC fits. A blank entry never counts as fitting. */
export function otaCrcFits(entry: OtaEntry): boolean {
  return entry.seq !== BLANK_SEQ && entry.crc === otaCrc(entry.seq);
}

/** Blank, or given up: not to be selected whatever its CRC. */
export function otaInvalid(entry: OtaEntry): boolean {
  return entry.seq === BLANK_SEQ || entry.state === OTA_STATE.invalid || entry.state === OTA_STATE.aborted;
}

/** Whether an entry may be selected. */
export type OtaAccept = (entry: OtaEntry) => boolean;

/** `bootloader_common_ota_select_valid`. */
export const otaSelectable: OtaAccept = (entry) => !otaInvalid(entry) && otaCrcFits(entry);

/** Index of the active entry: acceptable and with the larger sequence number, the first of equals; null without one. */
export function activeEntry(entries: OtaEntries, accept: OtaAccept = otaSelectable): 0 | 1 | null {
  const [first, second] = [accept(entries[0]), accept(entries[1])];
  if (first && second) return entries[0].seq >= entries[1].seq ? 0 : 1;
  if (first) return 0;
  return second ? 1 : null;
}

/** The OTA slot a sequence number names. Sequence 0 wraps, as it does on the chip. */
export function otaSlot(seq: number, slots: number): number {
  return ((seq - 1) >>> 0) % slots;
}

/** Which entry to write, and what, so that `slot` is selected next (`esp_rewrite_ota_data`). */
export function nextEntry(
  entries: OtaEntries,
  slot: number,
  slots: number,
  state: number,
  accept: OtaAccept = otaSelectable,
): { readonly index: 0 | 1; readonly entry: OtaEntry } {
  const active = activeEntry(entries, accept);
  if (active === null) return { index: 0, entry: rewritten(entries[0], slot + 1, state) };
  const { seq } = entries[active];
  if (otaSlot(seq, slots) === slot) return { index: active, entry: rewritten(entries[active], seq, state) };
  const index = active === 0 ? 1 : 0;
  const base = (slot + 1) % slots;
  const rounds = Math.max(0, Math.ceil((seq - base) / slots));
  return { index, entry: rewritten(entries[index], (base + rounds * slots) >>> 0, state) };
}

function rewritten(entry: OtaEntry, seq: number, state: number): OtaEntry {
  return { ...entry, seq, state, crc: otaCrc(seq) };
}
