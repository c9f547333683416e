import type { FlashArea } from '#core/board.ts';
import type { FlashNote } from '#core/flash-map.ts';
import {
  APP_DESCRIPTOR_AT,
  APP_DESCRIPTOR_MAGIC,
  cString,
  decodeAppDescriptor,
} from '#codecs/esp-app-desc.ts';
import { decodeOtaEntry, OTA_STATE, otaCrcFits, otaSlot, type OtaEntry } from '#codecs/esp-otadata.ts';

const SECTOR = 0x1000;
const BLANK = 0xffff_ffff;

const STATE_NAME: ReadonlyMap<number, string> = new Map(
  Object.entries(OTA_STATE).map(([name, value]) => [value, name]),
);

function entryText(entry: OtaEntry, slots: number): string {
  const state = STATE_NAME.get(entry.state) ?? `state 0x${entry.state.toString(16)}`;
  const slot = otaCrcFits(entry) ? `, ota_${otaSlot(entry.seq, slots)}` : ', checksum does not fit';
  return `sequence ${entry.seq}${slot}, ${state}`;
}

function recordNotes({ name, offset }: FlashArea, flash: Uint8Array, slots: number): readonly FlashNote[] {
  return [0, 1].map((index) => {
    const address = offset + index * SECTOR;
    const bytes = flash.subarray(address, address + 32);
    const entry = decodeOtaEntry(bytes);
    const isBlank = bytes.every((byte) => byte === 0xff);
    const damaged = !isBlank && (entry.seq === BLANK || !otaCrcFits(entry));
    const reads = isBlank ? 'blank' : entryText(entry, slots);
    return { area: name, field: `record ${index}`, address, reads, damaged };
  });
}

function imageNote({ name, offset }: FlashArea, flash: Uint8Array): FlashNote {
  const descriptor = decodeAppDescriptor(flash.subarray(offset + APP_DESCRIPTOR_AT));
  const isBlank = flash.subarray(offset, offset + 256).every((byte) => byte === 0xff);
  const valid = descriptor?.magic === APP_DESCRIPTOR_MAGIC;
  const reads = valid ? `version ${cString(descriptor.version)}` : 'no application descriptor';
  const damaged = !isBlank && !valid;
  return { area: name, field: 'image', address: offset, reads: isBlank ? 'blank' : reads, damaged };
}

/** What ESP-IDF's boot loader would read: the otadata records, and which application lies in each slot. */
export function readRecords(areas: readonly FlashArea[], flash: Uint8Array): readonly FlashNote[] {
  const slots = areas.filter(({ name }) => /^(factory|test|ota_\d+)$/.test(name));
  const otadata = areas.filter(({ name }) => name === 'otadata');
  const count = slots.filter(({ name }) => name.startsWith('ota_')).length;
  return [
    ...otadata.flatMap((area) => recordNotes(area, flash, count)),
    ...slots.map((area) => imageNote(area, flash)),
  ];
}
