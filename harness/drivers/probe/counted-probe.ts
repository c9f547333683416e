import type { WearMeter } from '#core/board-care.ts';
import type { CallOptions, FlashProbe } from '#core/capabilities.ts';

/** The same probe, whose writes are counted as the erases that they are. */
export function countedProbe(probe: FlashProbe, wear: WearMeter | undefined): FlashProbe {
  if (wear === undefined) return probe;
  return {
    read: (address, length, options) => probe.read(address, length, options),
    fuses: (options) => probe.fuses(options),
    write: async (address: number, bytes: Uint8Array, options: CallOptions) => {
      wear.erased(address, bytes.length);
      await probe.write(address, bytes, options);
    },
  };
}
