import type { HciCommandName, HciCommand } from '#codecs/ble/hci.ts';
import type { ReturnsOf } from '#codecs/ble/hci-command.ts';

/** Answers to commands: what Command Complete gives back, or the status for Command Status. */
export type Handlers = {
  readonly [K in HciCommandName]?: (
    command: Extract<HciCommand, { readonly type: K }>,
  ) => ReturnsOf<K> extends null ? number : Exclude<ReturnsOf<K>, null> | number;
};
