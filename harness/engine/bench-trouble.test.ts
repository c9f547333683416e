import assert from 'node:assert/strict';
import { calm } from '#contracts/rigs.ts';
import type { CapabilityName, FlashProbe, PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { RecordSummary } from '#core/record.ts';
import type { BoardEntry } from '#core/rig.ts';
import type { Clock } from '#core/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import {
  type Load,
  ppk2Device,
  type RigWishes,
  rigPoweredBy,
  scpiDevice,
  wire,
} from '#drivers/power/instruments.fixture.ts';
import { ppk2 } from '#drivers/power/ppk2.ts';
import { scpiPower } from '#drivers/power/scpi.ts';
import { discoverAttacks } from '#engine/discovery.ts';
import { planAttack } from '#engine/plan.ts';
import { runBoard } from '#engine/run-board.ts';
import { VirtualUart } from '#virtual/uart.ts';
import { facts } from '../../boards/nrf52840-dk/facts.ts';

const SEED = 7;

type Plug = (load: Load, clock: Clock, wires: VirtualUart[]) => Instrument<PowerControl>;

interface Trouble {
  readonly records: readonly RecordSummary[];
  readonly failures: readonly string[];
  readonly leftPowered: boolean | undefined;
}

/** Runs the board's controls with this supply, and tells how the board and the instrument's port were left. */
async function controlsWith(plug: Plug, wishes: RigWishes = {}): Promise<Trouble> {
  const wires: VirtualUart[] = [];
  let leftPowered: boolean | undefined;
  const offers: CapabilityName[] = ['channel', 'power', 'update', 'radio', 'identity'];
  const entry: BoardEntry = {
    facts: { ...facts, countsOperations: false },
    kind: 'board',
    offers: wishes.probe === undefined ? offers : [...offers, 'probe'],
    flaws: [],
    open: (options) =>
      rigPoweredBy((load, clock) => plug(load, clock, wires), options, {
        ...wishes,
        onLeft: (powered) => (leftPowered = powered),
      }),
  };
  const attacks = (await discoverAttacks()).filter(({ family }) => family === 'control');
  const failures: string[] = [];
  const { records } = await runBoard({
    entry,
    items: attacks.flatMap((attack) => planAttack(entry, attack, SEED)),
    flaws: [],
    seed: SEED,
    controls: [],
    runDir: null,
    stopAtFail: false,
    signal: calm().signal,
    onEvent: (event) => {
      if (event.type === 'board-failed') failures.push(event.message);
    },
  });
  for (const { host } of wires) {
    await assert.rejects(
      host.write(new Uint8Array(1), calm()),
      { code: 'channel-closed' },
      'the port was not released',
    );
  }
  return { records, failures, leftPowered };
}

/** A kit that is spoilt once it was asked so many things. */
function kit(after: number, spoil: (uart: VirtualUart) => void, stuck = false): Plug {
  return (load, clock, wires) => {
    const uart = new VirtualUart('kit', clock);
    wires.push(uart);
    const frames = ppk2Device(uart, load, { stuck });
    const { push } = frames;
    frames.push = (...more) => {
      if (frames.length >= after) spoil(uart);
      return push.apply(frames, more);
    };
    return ppk2({ link: wire(uart), millivolts: 3000 });
  };
}

/** A supply whose answers are spoilt once it was asked so many things. */
function supply(after: number, answer: (uart: VirtualUart) => void): Plug {
  return (load, clock, wires) => {
    const uart = new VirtualUart('supply', clock);
    wires.push(uart);
    const said = scpiDevice(uart, load, clock);
    const { push } = said;
    said.push = (...more) => {
      if (said.length >= after) {
        uart.listen(() => answer(uart));
        answer(uart);
      }
      return push.apply(said, more);
    };
    return scpiPower({ link: wire(uart), millivolts: 3000, milliamps: 500 });
  };
}

const sound = kit(Infinity, () => undefined);
const unplugged = new BenchError({ code: 'serial-lost', message: 'the port is gone', remedy: 'plug it in' });

/** Of everything that was run: the first trouble, and what came of the scenarios after it. */
function ends({ records }: Trouble) {
  const ran = records.filter(({ verdict }) => verdict !== 'not-applicable');
  return {
    first: ran.find(({ verdict }) => verdict !== 'pass'),
    last: ran.at(-1),
    verdicts: new Set(ran.map(({ verdict }) => verdict)),
  };
}

describe('trouble of a bench, from end to end', () => {
  it('none: the controls pass, and the board is left powered', async () => {
    const trouble = await controlsWith(sound);
    assert.deepEqual([...ends(trouble).verdicts], ['pass']);
    assert.equal(trouble.leftPowered, true);
  });

  it('a supply that vanishes: error with cause and remedy, and the rest is quarantined', async () => {
    const trouble = await controlsWith(kit(12, (uart) => uart.fail(unplugged)));
    const { first, last, verdicts } = ends(trouble);
    assert.ok(!verdicts.has('fail') && !verdicts.has('inconclusive'), [...verdicts].join());
    assert.equal(first?.verdict, 'error');
    assert.match(first.observed, /is gone.*the port is gone.*try: check the cable/);
    assert.match(last?.observed ?? '', /quarantined.*is gone/);
    assert.equal(trouble.failures.length, 1, trouble.failures.join('\n'));
  });

  it('a supply that does not switch: error, never a pass, and the board is left powered', async () => {
    const trouble = await controlsWith(kit(Infinity, () => undefined, true));
    const { first } = ends(trouble);
    assert.equal(first?.verdict, 'error');
    assert.match(first.observed, /the supply is still there.*µA/);
    assert.equal(trouble.leftPowered, true);
  });

  it('a supply that answers nonsense: error, for an instrument is never the board', async () => {
    const { first } = ends(await controlsWith(supply(9, (uart) => uart.send(Buffer.from('\u0007<html>\n')))));
    assert.equal(first?.verdict, 'error');
    assert.match(first.observed, /something else than what it was asked for.*<html>/);
  });

  it('a supply that answers for ever: error, within its deadline', async () => {
    const noise = new Uint8Array(3000).fill(0x41);
    const { first } = ends(await controlsWith(supply(9, (uart) => uart.send(noise))));
    assert.equal(first?.verdict, 'error');
    assert.match(first.observed, /without a line end|without end|more bytes came/);
  });

  it('a supply that never answers: error, within its deadline', async () => {
    const { first } = ends(await controlsWith(supply(9, () => undefined)));
    assert.equal(first?.verdict, 'error');
    assert.match(first.observed, /did not answer within 3000 ms/);
  });

  it('a probe that vanishes while it writes: error, the board left powered and its port released', async () => {
    let writes = 0;
    const vanishing = (probe: FlashProbe): FlashProbe => ({
      read: (...args) => probe.read(...args),
      fuses: (options) => probe.fuses(options),
      write: (...args) => {
        writes += 1;
        return writes > 1 ? Promise.reject(unplugged) : probe.write(...args);
      },
    });
    const trouble = await controlsWith(sound, { probe: vanishing });
    const { first, verdicts } = ends(trouble);
    assert.equal(first?.verdict, 'error');
    assert.match(first.observed, /the port is gone.*try: plug it in/);
    assert.ok(!verdicts.has('fail'));
    assert.equal(trouble.leftPowered, true);
  });
});
