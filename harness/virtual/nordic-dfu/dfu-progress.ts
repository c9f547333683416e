import type { DfuSettings } from '#codecs/dfu-settings.ts';

/** `update_start_address` in the 32 bytes of `dfu_progress_t`. */
const UPDATE_START = 0x10;
const INIT_COMMAND = 512;

/** Where the update lies that waits in bank 1. */
export function updateStartOf({ progress }: DfuSettings): number {
  return new DataView(progress.buffer, progress.byteOffset).getUint32(UPDATE_START, true);
}

/** The settings with no transfer under way, and the address of an update that waits; 0: none does. */
export function withoutProgress(settings: DfuSettings, updateStart = 0): DfuSettings {
  const progress = new Uint8Array(settings.progress.length);
  new DataView(progress.buffer).setUint32(UPDATE_START, updateStart, true);
  return { ...settings, progress, writeOffset: 0, initCommand: new Uint8Array(INIT_COMMAND).fill(0xff) };
}

/** The settings with an init packet that was accepted. */
export function withInitCommand(settings: DfuSettings, packet: Uint8Array): DfuSettings {
  const cleared = withoutProgress(settings);
  const initCommand = cleared.initCommand.slice();
  initCommand.set(packet.subarray(0, INIT_COMMAND));
  const progress = new Uint8Array(settings.progress.length);
  const view = new DataView(progress.buffer);
  view.setUint32(0x00, packet.length, true);
  view.setUint32(0x04, packet.length, true);
  return { ...cleared, initCommand, progress };
}
