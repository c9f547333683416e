import type { BoardFacts } from '#core/board.ts';
import type { Capabilities, CapabilityName, Identity } from '#core/capabilities.ts';
import { UsageError } from '#core/errors.ts';
import type { BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { SmpIdentity } from '#drivers/identity/smp.ts';
import { SmpRadio } from '#drivers/radio/smp.ts';
import { FlashStagedUpdate } from '#drivers/update/flash-staged.ts';
import { UpdatePaths } from '#drivers/update/paths.ts';
import { SmpUpdate } from '#drivers/update/smp.ts';
import { awaitGolden } from '../nrf52840-dk/golden.ts';
import { flash } from './chip.ts';
import { nrf51822 as chip } from './firmware/chips.ts';
import { firmwareFlaws, type FlawedPart } from './firmware/flaws.ts';
import { openMachine, type OpenedMachine } from './machine.ts';
import { programCode } from './programs.ts';
import { referenceFacts } from './reference-facts.ts';
import { stagingPlan } from './staging.ts';

const OFFERS: readonly CapabilityName[] = [
  'channel',
  'power',
  'update',
  'radio',
  'probe',
  'identity',
  'checkpoint',
];

/** The reference firmware on an emulated micro:bit; with one mistake where one is named. */
export function qemuReference(flaw: string | null = null): BoardEntry {
  const facts = referenceFacts(flaw);
  return {
    facts,
    kind: 'machine',
    offers: OFFERS,
    flaws: firmwareFlaws.map((one) => one.flaw),
    built: (flaws) => qemuReference(flawOf(flaw, flaws)),
    open: (options) => {
      const chosen = flawOf(flaw, options.flaws);
      return openRig(chosen === flaw ? facts : referenceFacts(chosen), chosen, options);
    },
  };
}

/** One mistake at a time: each is a build of its own. */
function flawOf(own: string | null, flaws: readonly string[] = []): string | null {
  const [first = own, ...others] = flaws;
  const isKnown = first === null || firmwareFlaws.some(({ flaw }) => flaw.id === first);
  if (others.length === 0 && isKnown) return first;
  throw new UsageError({
    code: 'unknown-flaw',
    message: 'the reference firmware is not built with these flaws',
    expected: `one of ${firmwareFlaws.map(({ flaw }) => flaw.id).join(', ')}`,
    got: flaws.join(', '),
    remedy: 'take one id from the flaws of the board entry',
  });
}

/** Which program makes a mistake; none does for the sound board. */
function partOf(flaw: string | null): { readonly part: FlawedPart | null } {
  return { part: firmwareFlaws.find((one) => one.flaw.id === flaw)?.part ?? null };
}

/** Flash as the board leaves the factory: boot loader, golden image, counter. */
export function factoryFlash({ firmware }: BoardFacts, flaw: string | null): Uint8Array {
  const content = new Uint8Array(flash.size).fill(0xff);
  content.set(programCode('boot', partOf(flaw).part === 'boot' ? flaw : null), chip.boot.offset);
  content.set(firmware.golden.bytes, chip.slot0.offset);
  const steps = firmware.goldenSpec.securityCounter ?? 0;
  content.fill(0, chip.counter.address, chip.counter.address + steps * flash.word);
  return content;
}

async function openRig(facts: BoardFacts, flaw: string | null, options: OpenOptions): Promise<OpenRig> {
  const { part } = partOf(flaw);
  programCode('app', part === 'app' ? flaw : null);
  const content = factoryFlash(facts, flaw);
  const opened = await openMachine(content, options);
  const { machine, hub } = opened;
  const { identity, update, radio } = overConsole(opened);
  return {
    ...opened.base,
    board: facts,
    ...opened.capabilities({ identity, update, radio }),
    prepare: async (call) => {
      await machine.powerOff(call);
      machine.load(content);
      hub.clearTail();
      await machine.powerOn(call);
      await awaitGolden(identity, facts.firmware.golden, call);
    },
  };
}

/** What the board's console can do, and staging behind the application's back. */
function overConsole({ hub, clock, probe, machine }: OpenedMachine) {
  const client = new SmpClient(hub, clock);
  const identity: Identity = new SmpIdentity(client);
  const smp = new SmpUpdate(client);
  const staged = new FlashStagedUpdate({
    probe,
    plan: (image, mode) => Promise.resolve(stagingPlan(image, mode)),
    restart: (call) => machine.reset(call),
    confirm: (call) => smp.confirm(call),
  });
  const capabilities: Pick<Capabilities, 'identity' | 'radio' | 'update'> = {
    identity,
    radio: new SmpRadio(client, identity),
    update: new UpdatePaths(smp, staged),
  };
  return capabilities;
}
