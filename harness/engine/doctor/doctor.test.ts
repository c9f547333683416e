import assert from 'node:assert/strict';
import { calm, Enough } from '#contracts/rigs.ts';
import type { PowerControl } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';
import { type BenchFinding, examineBench } from '#engine/doctor/doctor.ts';
import { examineHost } from '#engine/doctor/host.ts';
import { virtualNrf52840Dk } from '../../../boards/nrf52840-dk/virtual.ts';

const board = virtualNrf52840Dk();

/** A bench of one virtual board, whose rig a test spoils. */
async function examined(spoil: (rig: OpenRig) => Partial<OpenRig>, more: Partial<BoardEntry> = {}) {
  const entry: BoardEntry = {
    ...board,
    open: async (options) => {
      const rig = await board.open(options);
      return { ...rig, ...spoil(rig) };
    },
    ...more,
  };
  const told: BenchFinding[] = [];
  const bench = { id: 'spoilt', title: 'Spoilt bench', boards: [entry] };
  const options = {
    boards: [],
    signal: calm().signal,
    onFinding: (finding: BenchFinding) => void told.push(finding),
  };
  assert.deepEqual(await examineBench(bench, options), told);
  return told;
}

const about = (findings: readonly BenchFinding[], check: string) =>
  findings.find((finding) => finding.check === check);
const power = (rig: OpenRig): PowerControl => {
  assert.ok(rig.power);
  return rig.power;
};

describe('engine/doctor', () => {
  it('finds nothing wrong with a sound board', async () => {
    const findings = await examined(() => ({}));
    assert.deepEqual(
      findings.filter(({ state }) => state === 'broken' || state === 'doubtful'),
      [],
    );
    assert.equal(about(findings, 'power-cycle')?.state, 'well');
    assert.equal(about(findings, 'left-running')?.state, 'well');
  });

  it('finds a hub that does not switch VBUS', async () => {
    const findings = await examined((rig) => {
      const cut = () => Promise.resolve({ atMs: rig.clock.now(), verified: 'the hub reads the port as off' });
      const { triggers } = power(rig);
      const on = () => Promise.resolve();
      return { power: { triggers, on, off: on, cut, reset: (options) => power(rig).reset(options) } };
    });
    const found = about(findings, 'power-cycle');
    assert.equal(found?.state, 'broken');
    assert.match(found.seen, /answers while its supply is off/);
    assert.match(found.mend ?? '', /really switches/);
  });

  it('finds an instrument that reads its supply as still on, and turns the board on again', async () => {
    let wasOn = 0;
    const stillOn = new BenchError({
      code: 'supply-still-on',
      message: 'still on',
      got: '3300 mV',
      remedy: 'look',
    });
    const findings = await examined((rig) => {
      const { triggers } = power(rig);
      const on: PowerControl['on'] = (options) => {
        wasOn += 1;
        return power(rig).on(options);
      };
      const reset: PowerControl['reset'] = (options) => power(rig).reset(options);
      return { power: { triggers, on, off: on, reset, cut: () => Promise.reject(stillOn) } };
    });
    assert.match(about(findings, 'power-cycle')?.seen ?? '', /still on; got 3300 mV/);
    assert.ok(wasOn > 0);
  });

  it('finds a board that does not come back', async () => {
    const findings = await examined((rig) => {
      const { triggers } = power(rig);
      let dead = false;
      const cut: PowerControl['cut'] = (trigger, options) => {
        dead = true;
        return power(rig).cut(trigger, options);
      };
      const on: PowerControl['on'] = (options) => (dead ? Promise.resolve() : power(rig).on(options));
      return {
        power: { triggers, on, cut, off: (o) => power(rig).off(o), reset: (o) => power(rig).reset(o) },
      };
    });
    assert.match(about(findings, 'power-cycle')?.seen ?? '', /did not come back/);
  });

  it('stops at a board that does not run its golden image, and says what to do', async () => {
    const wrong = new BenchError({ code: 'golden-not-running', message: 'not golden', remedy: 'restore it' });
    const findings = await examined(() => ({ prepare: () => Promise.reject(wrong) }));
    assert.equal(findings.at(-1)?.check, 'firmware');
    assert.equal(findings.at(-1)?.mend, 'restore it');
  });

  it('finds a board that is not the one which the bench names', async () => {
    const chipId = () => Promise.resolve('0123456789abcdef');
    const right = await examined(() => ({ chipId }), { care: { chipId: '0123456789ABCDEF' } });
    assert.equal(about(right, 'chip-id')?.state, 'well');
    const other = await examined(() => ({ chipId }), { care: { chipId: 'fedcba9876543210' } });
    assert.equal(about(other, 'chip-id')?.state, 'broken');
    const unread = await examined(() => ({}), { care: { chipId: 'fedcba9876543210' } });
    assert.equal(about(unread, 'chip-id')?.state, 'unknown');
  });

  it('tells what equipment says of itself, also where the board cannot be opened', async () => {
    const missing = {
      check: 'port',
      state: 'broken',
      seen: 'no such port',
      mend: 'ls -l /dev/serial/by-id',
    } as const;
    const equipment = [{ slot: 'channel', description: 'serial', examine: () => Promise.resolve([missing]) }];
    const cannot = new BenchError({ code: 'serial-open', message: 'cannot open', remedy: 'plug it in' });
    const findings = await examined(() => ({}), { equipment, open: () => Promise.reject(cannot) });
    assert.deepEqual(about(findings, 'port'), { board: 'nrf52840-dk', slot: 'channel', ...missing });
    assert.deepEqual(findings.at(-1)?.check, 'open');
  });

  it('ends when it is told to', async () => {
    const bench = { id: 'b', title: 'b', boards: [board] };
    const signal = AbortSignal.abort(new Enough());
    await assert.rejects(examineBench(bench, { boards: [], signal, onFinding: () => undefined }), Enough);
  });

  it('finds an old Node.js and a clock that is behind', () => {
    const states = examineHost(new Date('2001-01-01'), '18.20.0').map(({ state, mend }) => [
      state,
      mend !== undefined,
    ]);
    assert.deepEqual(states, [
      ['broken', true],
      ['broken', true],
    ]);
  });
});
