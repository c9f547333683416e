import type { CallOptions, Capabilities } from '#core/capabilities.ts';
import type { CutSweep } from '#core/cut-sweep.ts';
import { waitFor } from '#core/wait.ts';
import { parseBanner } from '#drivers/identity/banner.ts';
import type { FlashPart } from '#drivers/machine/flash-reads.ts';
import { QemuChip } from '#drivers/machine/qemu-chip.ts';
import { HostedSilicon } from '#virtual/hosted/silicon.ts';
import { HostedSweep } from '#virtual/hosted/sweep.ts';
import type { FirmwareChip } from './firmware/chips.ts';
import type { OpenedMachine } from './machine.ts';
import { MICROBIT } from './reference-facts.ts';

/**
 * A boot takes half a second of an idle host, twice that with a swap; only a board that is stuck without a word is waited
 * for so long.
 */
const BOOT_MS = 15_000;
/** An application that announced itself answers at once. */
const ANSWER_MS = 4000;

/** Lines after which the boot loader starts nothing any more. */
const DEAD_ENDS = [
  'Unable to find bootable image',
  'Security counter update failed',
  '***** HARD FAULT *****',
];

/** Whether an application announces itself, from now on. */
function announced({ hub, clock }: OpenedMachine, { signal }: CallOptions): Promise<boolean> {
  const wait = { clock, signals: [signal, hub.closed], deadlineMs: BOOT_MS, onDeadline: () => false };
  return waitFor<boolean>(wait, (resolve) =>
    hub.onLine(({ text }) => {
      if (parseBanner(text) !== null) resolve(true);
      else if (DEAD_ENDS.some((line) => text.includes(line))) resolve(false);
    }),
  );
}

/** What the firmware reads that it also writes, and where its application runs. */
function mapOf({ slot0, slot1, counter, flash }: FirmwareChip) {
  const parts = [slot0, slot1].map(({ offset, size }) => ({ address: offset, length: size }));
  const [executed] = parts as [FlashPart, FlashPart];
  return { watched: [...parts, { address: counter.address, length: flash.page }], executed };
}

/** Cuts power at every flash operation of the machine code, unmodified as it is. */
export function machineSweep(
  opened: OpenedMachine,
  content: Uint8Array,
  { identity, update }: Pick<Capabilities, 'identity' | 'update'>,
): CutSweep {
  const { machine, flash } = opened;
  const chip = new QemuChip(machine, {
    identity,
    update,
    announced: (options) => announced(opened, options),
    answerMs: ANSWER_MS,
    map: mapOf(MICROBIT.chip),
  });
  return new HostedSweep({
    silicon: new HostedSilicon(chip, flash.storage),
    golden: { flash: content, fuses: new Uint32Array() },
    release: async () => {
      await chip.end();
      machine.load(content);
    },
  });
}
