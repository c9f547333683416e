import type { CallOptions, CutReceipt, CutTrigger } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { FlashOperation } from '#drivers/machine/flash-model.ts';
import { MmioTrace } from '#drivers/machine/mmio-trace.ts';
import { NVMC, NvmcDecoder } from '#drivers/machine/nvmc.ts';
import type { QemuMachine } from '#drivers/machine/qemu-machine.ts';
import type { QemuProcess } from '#drivers/machine/qemu-process.ts';

type OperationTrigger = Extract<CutTrigger, { kind: 'operation' }>;

/** As long as the contract of `power.cut` has it. */
const CUT_DEADLINE_MS = 60_000;

/** What the machine is halted at, and how long that is waited for. */
interface Ambush {
  readonly machine: QemuMachine;
  readonly process: QemuProcess;
  readonly trace: MmioTrace;
  readonly decoder: NvmcDecoder;
  /** Rig time at which it is given up. */
  readonly until: number;
}

/**
 * Lets the machine run into its flash operation number `index`, counted from now, and takes its power there: watchpoints
 * on flash and on the controller halt it at each operation. What the operation would have left is torn in the flash
 * while the machine is off.
 */
export async function cutAtOperation(
  machine: QemuMachine,
  trigger: OperationTrigger,
  options: CallOptions,
): Promise<CutReceipt> {
  const { process } = machine;
  if (process === null) throw machineOff();
  const deadlineMs = options.deadlineMs ?? CUT_DEADLINE_MS;
  const until = machine.clock.now() + deadlineMs;
  await process.gdb.halt(options);
  const [config = 0] = await process.gdb.read(NVMC.config, 4, options);
  const ambush: Ambush = {
    machine,
    process,
    trace: new MmioTrace(process.qmp, `${process.logFile}.cut`),
    decoder: new NvmcDecoder(machine.recipe.flash, config),
    until,
  };
  machine.flash.replace(await machine.readFlash(process));
  await ambush.trace.start();
  await setWatch(ambush, 'insert', options);
  try {
    const operation = await runInto(ambush, trigger, options);
    machine.flash.tear(operation, trigger.tear, trigger.seed);
    await machine.crash();
    const { kind, address } = operation;
    const verified = `${machine.title} was ended inside the operation; its flash was torn while it was off`;
    return { atMs: machine.clock.now(), operation: { index: trigger.index, kind, address }, verified };
  } catch (error) {
    await release(ambush);
    if (error instanceof BenchError && error.code === 'gdb-still-running')
      throw notReached(trigger, deadlineMs);
    throw error;
  } finally {
    ambush.trace.drop();
  }
}

/** The operation at which the machine halted; those before it are in the model. */
async function runInto(
  ambush: Ambush,
  { index }: OperationTrigger,
  { signal }: CallOptions,
): Promise<FlashOperation> {
  const { machine, process, until } = ambush;
  const options = { signal: AbortSignal.any([signal, process.died]) };
  for (let seen = 0; ;) {
    process.gdb.go();
    const deadlineMs = Math.max(0, until - machine.clock.now());
    await process.gdb.untilHalted({ ...options, deadlineMs });
    for (const operation of await halted(ambush, options)) {
      if (seen++ === index) return operation;
      machine.flash.apply(operation);
    }
  }
}

/**
 * What the machine was halted for. QEMU 7.2 halts before a write to flash or to a register, again and again: then it is
 * stepped over without the watchpoints. Others halt behind it.
 */
async function halted(ambush: Ambush, options: CallOptions): Promise<readonly FlashOperation[]> {
  const { process, trace, decoder } = ambush;
  const done = await trace.take((writes) => decoder.take(writes));
  if (done.length > 0) return done;
  await setWatch(ambush, 'remove', options);
  await process.gdb.step(options);
  await setWatch(ambush, 'insert', options);
  return await trace.take((writes) => decoder.take(writes));
}

async function setWatch({ machine, process }: Ambush, how: 'insert' | 'remove', options: CallOptions) {
  const { address, size } = machine.recipe.flash;
  await process.gdb[how]('write', address, size, options);
  await process.gdb[how]('write', NVMC.erasePage, 8, options);
}

/** Takes the ambush away; the machine runs on. */
async function release(ambush: Ambush): Promise<void> {
  const { process, trace } = ambush;
  if (process.died.aborted || process.gdb.closed.aborted) return;
  const options = { signal: new AbortController().signal };
  await process.gdb.halt(options);
  await setWatch(ambush, 'remove', options);
  await trace.stop();
  process.gdb.go();
}

function notReached({ index }: OperationTrigger, deadlineMs: number): BenchError {
  return new BenchError({
    code: 'cut-not-reached',
    message: `the power cut's trigger did not come within ${deadlineMs} ms`,
    expected: `flash operation ${index}`,
    remedy: 'start what the trigger waits for after arming, or choose another trigger',
  });
}

function machineOff(): BenchError {
  return new BenchError({
    code: 'machine-off',
    message: 'the machine is off, so that it has no operation to be cut in',
    remedy: 'turn the power on before the cut is armed',
  });
}
