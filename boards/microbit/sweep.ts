import type { CallOptions } from '#core/capabilities.ts';
import type { CutSweep } from '#core/cut-sweep.ts';
import { waitFor } from '#core/wait.ts';
import { parseBanner } from '#drivers/identity/banner.ts';
import type { FlashPart } from '#drivers/machine/flash-reads.ts';
import { PatientClock } from '#drivers/machine/patient-clock.ts';
import { type Announced, QemuChip } from '#drivers/machine/qemu-chip.ts';
import { HostedSilicon } from '#virtual/hosted/silicon.ts';
import { HostedSweep } from '#virtual/hosted/sweep.ts';
import { Storage } from '#virtual/storage.ts';
import type { FirmwareChip } from './firmware/chips.ts';
import type { OpenedMachine } from './machine.ts';
import { overConsole } from './over-console.ts';
import { MICROBIT } from './reference-facts.ts';

/**
 * A boot takes some 100 ms of an idle host, half a second with a swap; only a board that is stuck without a word is waited
 * for so long.
 */
const BOOT_MS = 5000;
/** An application that announced itself answers at once. */
const ANSWER_MS = 2000;

/** Lines after which the boot loader starts nothing any more. */
const DEAD_ENDS = ['Unable to find bootable image', 'Security counter update failed'];

/** The same, and one after which the chip is restarted: at a start, by a boot loader that will come to the same again. */
const NO_START = [...DEAD_ENDS, '***** HARD FAULT *****'];

/** As long as anything is asked for. */
const FOREVER_MS = 60 * 60_000;

/** Whether an application announces itself, from now on. */
function announced({ hub }: OpenedMachine, clock: PatientClock, { signal }: CallOptions): Promise<Announced> {
  const onDeadline = () => 'silent' as const;
  const wait = { clock, signals: [signal, hub.closed], deadlineMs: BOOT_MS, onDeadline };
  return waitFor<Announced>(wait, (resolve) =>
    hub.onLine(({ text }) => {
      if (parseBanner(text) !== null) resolve('running');
      else if (NO_START.some((line) => text.includes(line))) resolve('dead');
    }),
  );
}

/** Settles once the boot loader says that it has nothing to start. */
function gone({ hub }: OpenedMachine, clock: PatientClock, { signal }: CallOptions): Promise<void> {
  const wait = { clock, signals: [signal, hub.closed], deadlineMs: FOREVER_MS, onDeadline: () => undefined };
  return waitFor<void>(wait, (resolve) =>
    hub.onLine(({ text }) => {
      if (DEAD_ENDS.some((line) => text.includes(line))) resolve();
    }),
  );
}

/** What the firmware reads that it also writes, and where its application runs. */
function mapOf({ slot0, slot1, counter, flash }: FirmwareChip) {
  const parts = [slot0, slot1].map(({ offset, size }) => ({ address: offset, length: size }));
  const [executed] = parts as [FlashPart, FlashPart];
  return { watched: [...parts, { address: counter.address, length: flash.page }], executed };
}

/**
 * Cuts power at every flash operation of the machine code, unmodified as it is. The sweep walks along in flash of its own: what
 * a machine that is turned on finds in its file must never get into it.
 */
export function machineSweep(opened: OpenedMachine, content: Uint8Array): CutSweep {
  const { machine } = opened;
  const { chip } = MICROBIT;
  const clock = new PatientClock();
  const restart = (call: CallOptions) => machine.reset(call);
  const { identity, update } = overConsole({ ...opened, clock, chip, restart });
  const qemu = new QemuChip(machine, {
    clock,
    identity,
    update,
    announced: (options) => announced(opened, clock, options),
    gone: (options) => gone(opened, clock, options),
    answerMs: ANSWER_MS,
    map: mapOf(chip),
  });
  return new HostedSweep({
    silicon: new HostedSilicon(qemu, new Storage({ ...machine.recipe.flash, fuses: 0 })),
    golden: { flash: content, fuses: new Uint32Array() },
    release: async () => {
      await qemu.end();
      machine.load(content);
    },
  });
}
