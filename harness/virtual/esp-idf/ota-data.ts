import {
  activeEntry,
  decodeOtaEntry,
  encodeOtaEntry,
  OTA_ENTRY_LENGTH,
  otaCrcFits,
  otaInvalid,
  otaSlot,
  type OtaAccept,
  type OtaEntries,
  type OtaEntry,
} from '#codecs/esp-otadata.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';
import type { PartitionRow } from '#codecs/esp-partition.ts';

/** Size of a flash sector. */
export const SECTOR = 0x1000;

const BLANK = 0xffffffff;
const BLANK_ENTRY = decodeOtaEntry(new Uint8Array(OTA_ENTRY_LENGTH).fill(0xff));

function isBlank(entry: OtaEntry): boolean {
  return encodeOtaEntry(entry).every((byte) => byte === 0xff);
}

/** The two boot selection records in flash, as boot loader and application both see them. */
export class OtaData {
  readonly #traits: EspTraits;
  readonly #offset: number;
  /** Distance of the entries: a sector each, so that rewriting one cannot hurt the other. */
  readonly #stride: number;

  constructor(traits: EspTraits, partition: PartitionRow) {
    this.#traits = traits;
    this.#offset = partition.offset;
    this.#stride = traits.flaws.has('esp-idf/otadata-single-sector') ? OTA_ENTRY_LENGTH : SECTOR;
  }

  read(): OtaEntries {
    const entries = [this.#entry(0), this.#entry(1)] as const;
    if (!this.#traits.flaws.has('esp-idf/second-record-ignored')) return entries;
    const damaged = entries.some((entry) => !isBlank(entry) && !otaCrcFits(entry));
    return damaged ? [BLANK_ENTRY, BLANK_ENTRY] : entries;
  }

  /** Replaces one entry: its sector is erased, then 32 bytes are written. */
  write(index: 0 | 1, entry: OtaEntry): void {
    this.#replace(index, entry);
  }

  /** Blanks one entry. */
  erase(index: 0 | 1): void {
    this.#replace(index, null);
  }

  /** Whether an entry holds a sequence number to be believed. */
  readonly written = (entry: OtaEntry): boolean =>
    entry.seq !== BLANK && (this.#traits.flaws.has('esp-idf/otadata-crc-ignored') || otaCrcFits(entry));

  /** Whether an entry may be selected. */
  readonly selectable: OtaAccept = (entry) => !otaInvalid(entry) && this.written(entry);

  active(entries: OtaEntries, accept: OtaAccept = this.selectable): 0 | 1 | null {
    return activeEntry(entries, accept);
  }

  /** State recorded for a slot (`esp_ota_get_state_partition`): the first entry that names it; null when none does. */
  stateOf(slot: number, slots: number): number | null {
    return (
      this.read().find((entry) => this.written(entry) && otaSlot(entry.seq, slots) === slot)?.state ?? null
    );
  }

  #replace(index: 0 | 1, entry: OtaEntry | null): void {
    const { flash, flaws } = this.#traits;
    const shared = this.#stride !== SECTOR;
    if (!shared && !flaws.has('esp-idf/both-sectors-erased')) {
      flash.erase(this.#offset + index * SECTOR, SECTOR);
      if (entry !== null) flash.write(this.#offset + index * SECTOR, encodeOtaEntry(entry));
      return;
    }
    const entries = this.read().map((old, i) => (i === index ? entry : old));
    flash.erase(this.#offset, shared ? SECTOR : 2 * SECTOR);
    entries.forEach((kept, i) => {
      if (kept !== null && kept.seq !== BLANK) {
        flash.write(this.#offset + i * this.#stride, encodeOtaEntry(kept));
      }
    });
  }

  #entry(index: number): OtaEntry {
    const at = this.#offset + index * this.#stride;
    return decodeOtaEntry(this.#traits.flash.view(at, at + OTA_ENTRY_LENGTH));
  }
}
