import assert from 'node:assert/strict';
import type { ConsoleLine } from '#core/rig.ts';
import { calm, Enough } from '#contracts/rigs.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { commandPower } from '#drivers/power/command.ts';
import { manualPower } from '#drivers/power/manual.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import type { PowerControl } from '#core/capabilities.ts';

/** Opens an instrument in a rig on simulated time, whose console the test plays. */
async function opened(instrument: Instrument<PowerControl>) {
  const clock = new SimClock();
  const listeners = new Set<(line: ConsoleLine) => void>();
  const onLine = (listener: (line: ConsoleLine) => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const power = await instrument.open({ ...calm(), clock, onLine });
  const print = (text: string) => listeners.forEach((listener) => listener({ atMs: clock.now(), text }));
  return { power, clock, print, listeners };
}

function recorded() {
  const asked: string[] = [];
  const instrument = manualPower((request) => {
    asked.push(request);
    return Promise.resolve();
  }, 'the board');
  return { asked, instrument };
}

describe('drivers/power/manual', () => {
  it('asks a person, by name of the board', async () => {
    const { asked, instrument } = recorded();
    const { power } = await opened(instrument);
    await power.on(calm());
    await power.reset(calm());
    await power.off(calm());
    assert.deepEqual(asked, [
      'Connect the supply of the board',
      'Press the reset button of the board',
      'Disconnect the supply of the board',
    ]);
  });
});

describe('drivers/power/switched', () => {
  it('cuts after a time', async () => {
    const { asked, instrument } = recorded();
    const { power, clock } = await opened(instrument);
    const receipt = await power.cut({ kind: 'after', ms: 1500 }, calm());
    assert.deepEqual([receipt.atMs, clock.now(), asked.length], [1500, 1500, 1]);
    assert.match(receipt.verified, /not measured/);
  });

  it('cuts some time after a console line, counted from the first', async () => {
    const { instrument } = recorded();
    const { power, clock, print, listeners } = await opened(instrument);
    const cut = power.cut({ kind: 'line', contains: 'Starting swap', plusMs: 100 }, calm());
    clock.setTimeout(() => print('I: Starting swap using move'), 40);
    clock.setTimeout(() => print('I: Starting swap again'), 90);
    assert.equal((await cut).atMs, 140);
    assert.equal(listeners.size, 0);
  });

  it('says that a line never came, and that it cannot count flash operations', async () => {
    const { asked, instrument } = recorded();
    const { power } = await opened(instrument);
    const never = power.cut({ kind: 'line', contains: 'never', plusMs: 0 }, calm(500));
    await assert.rejects(never, { name: 'BenchError', code: 'cut-not-reached' });
    const operation = { kind: 'operation', index: 0, tear: 'half-programmed', seed: 1 } as const;
    await assert.rejects(power.cut(operation, calm()), { name: 'UsageError' });
    assert.deepEqual(asked, []);
  });

  it('leaves the supply alone when the wait is ended', async () => {
    const { asked, instrument } = recorded();
    const { power, clock } = await opened(instrument);
    const stop = new AbortController();
    clock.setTimeout(() => stop.abort(new Enough()), 10);
    await assert.rejects(power.cut({ kind: 'after', ms: 1000 }, { signal: stop.signal }), Enough);
    assert.deepEqual(asked, []);
  });
});

describe('drivers/power/command', () => {
  const node = process.execPath;
  const script = (code: string) => [node, '-e', code] as const;

  it('runs programs without a shell: arguments arrive as they are', async () => {
    const odd = '$(exit 3); `false` "quoted" *';
    const check = `process.exit(process.argv[1] === ${JSON.stringify(odd)} ? 0 : 5)`;
    const { power } = await opened(commandPower({ on: [node, '-e', check, odd], off: script('') }));
    await power.on(calm());
  });

  it('cycles the supply where there is no reset', async () => {
    const { power, clock } = await opened(commandPower({ on: script(''), off: script('') }));
    await power.reset(calm());
    assert.equal(clock.now(), 1000);
  });

  it('says what a failing program said', async () => {
    const failing = script('console.error("first"); console.error("relay not found"); process.exit(4)');
    const { power } = await opened(commandPower({ on: failing, off: ['/no/such/program'], reset: failing }));
    await assert.rejects(power.on(calm()), { name: 'BenchError', got: '4: first; relay not found' });
    await assert.rejects(power.off(calm()), { name: 'BenchError', got: /ENOENT/ });
    await assert.rejects(power.reset(calm()), { code: 'power-command' });
  });

  it('ends a program that does not end, and one whose caller gave up', async () => {
    const endless = script('setInterval(() => 0, 1000)');
    const slow = await opened(commandPower({ on: endless, off: endless, timeoutMs: 200 }));
    await assert.rejects(slow.power.on(calm()), { got: /no end within its time/ });
    const stop = new AbortController();
    const waiting = slow.power.off({ signal: stop.signal });
    stop.abort(new Enough());
    await assert.rejects(waiting, Enough);
    await assert.rejects(slow.power.off({ signal: stop.signal }), Enough);
  });
});
