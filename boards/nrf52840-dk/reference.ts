import type { BoardCare } from '#core/board-care.ts';
import type { BoardFacts } from '#core/board.ts';
import type { CallOptions, CapabilityName, Channel, FlashProbe, PowerControl } from '#core/capabilities.ts';
import type { BoardEntry, OpenOptions, OpenRig } from '#core/rig.ts';
import { nrfChipId } from '#codecs/nrf-device.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { RealClock } from '#drivers/clock.ts';
import { equipmentOf, type Instrument } from '#drivers/instrument.ts';
import { countedProbe } from '#drivers/probe/counted-probe.ts';
import { restorePages } from '#drivers/probe/restore-pages.ts';
import { release } from '#drivers/release.ts';
import { factoryFlash, flawOf, flawsOn } from '../microbit/factory.ts';
import { WATCHDOG_MS, nrf52840 } from '../microbit/firmware/chips.ts';
import { overConsole } from '../microbit/over-console.ts';
import { type ReferenceBoard, referenceFacts } from '../microbit/reference-facts.ts';
import { awaitGolden } from './golden.ts';

/** What a bench connects the board to; the probe is needed, since it puts each build into flash. */
export interface ReferenceWiring {
  readonly channel: Instrument<Channel>;
  readonly power: Instrument<PowerControl>;
  readonly probe: Instrument<FlashProbe>;
  /** Which board it is, what may be done to it, how far its flash may be worn. */
  readonly care?: BoardCare;
}

const DK: ReferenceBoard = {
  id: 'nrf52840-dk-reference',
  title: 'nRF52840 DK, reference firmware',
  soc: 'nRF52840',
  countsOperations: false,
  chip: nrf52840,
  watchdogMs: WATCHDOG_MS,
};

const OFFERS: readonly CapabilityName[] = ['channel', 'power', 'update', 'radio', 'probe', 'identity'];

/** A real nRF52840 DK that the reference firmware is put into, sound or with one mistake: what a rig is tested with. */
export function nrf52840DkReference(wiring: ReferenceWiring, flaw: string | null = null): BoardEntry {
  const facts = referenceFacts(flaw, DK);
  const { channel, power, probe, care = {} } = wiring;
  return {
    facts,
    kind: 'board',
    offers: OFFERS,
    flaws: flawsOn(DK),
    equipment: equipmentOf({ channel, power, probe }),
    care,
    built: (flaws) => nrf52840DkReference(wiring, flawOf(flaw, flaws)),
    open: (options) => {
      const chosen = flawOf(flaw, options.flaws);
      return openRig(chosen === flaw ? facts : referenceFacts(chosen, DK), chosen, wiring, options);
    },
  };
}

async function openRig(
  facts: BoardFacts,
  flaw: string | null,
  wiring: ReferenceWiring,
  { signal, wear }: OpenOptions,
): Promise<OpenRig> {
  const content = factoryFlash(DK.chip, facts, flaw);
  const clock = new RealClock();
  const channel = await wiring.channel.open({ signal, clock, onLine: () => () => undefined });
  const hub = new ConsoleHub(channel, clock);
  const held: Partial<AsyncDisposable>[] = [{ [Symbol.asyncDispose]: () => hub.close() }];
  try {
    const context = { signal, clock, onLine: hub.onLine.bind(hub) };
    const power = await wiring.power.open(context);
    held.unshift(power);
    const opened = await wiring.probe.open(context);
    held.unshift(opened);
    const probe = countedProbe(opened, wear);
    return compose(facts, { content, wiring, hub, clock, power, probe, held });
  } catch (error) {
    await release(...held);
    throw error;
  }
}

interface Opened {
  /** Flash as it has to be when a scenario begins. */
  readonly content: Uint8Array;
  readonly wiring: ReferenceWiring;
  readonly hub: ConsoleHub;
  readonly clock: RealClock;
  readonly power: PowerControl;
  readonly probe: FlashProbe;
  readonly held: readonly Partial<AsyncDisposable>[];
}

function compose(facts: BoardFacts, opened: Opened): OpenRig {
  const { content, wiring, hub, clock, power, probe, held } = opened;
  const restart = (call: CallOptions) => power.reset(call);
  const console = overConsole({ hub, clock, probe, chip: DK.chip, restart });
  return {
    board: facts,
    kind: 'board',
    clock,
    instruments: {
      channel: wiring.channel.description,
      power: wiring.power.description,
      probe: wiring.probe.description,
    },
    chipId: async (call) => nrfChipId(await probe.fuses(call)),
    ...console,
    channel: hub.tap(),
    power,
    probe,
    prepare: async (call) => {
      hub.clearTail();
      await power.on(call);
      await restorePages(probe, facts.flash.page, wantedFlash(content), call);
      await power.reset(call);
      await awaitGolden(console.identity, facts.firmware.golden, call);
    },
    onConsole: (listener) => hub.onLine(listener),
    [Symbol.asyncDispose]: () => release(...held),
  };
}

/** Everything up to the end of the counter's page; what lies behind is not the firmware's. */
function wantedFlash(content: Uint8Array) {
  const { counter, flash } = DK.chip;
  return [{ address: 0, bytes: content.subarray(0, counter.address + flash.page) }];
}
