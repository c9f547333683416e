import assert from 'node:assert/strict';
import type { CutObservation, SweepSummary } from '#core/cut-sweep.ts';
import type { Oddity } from '#core/oddity.ts';
import { walk } from '#core/paths.ts';
import type { Calibration, TimedCut } from '#core/timed-cuts.ts';
import type { MinimiseOutput } from '#core/verbs.ts';
import { golden, update } from '../known.fixture.ts';
import { assertSound, assertVerdict, outcomesIn } from '../walked.fixture.ts';
import { cut, NEW, NOTHING, OLD } from './cuts.fixture.ts';
import type { PowerLossInput } from './input.ts';
import { powerLossMachine } from './machine.ts';

const summary: SweepSummary = {
  operations: 9,
  writes: 6,
  erases: 3,
  traceDigest: 'ab'.repeat(32),
  rolls: 1,
  before: golden.identity,
  update: update.identity,
  cuts: 4,
  judged: 3,
  recognised: 1,
  states: 3,
  endStates: 2,
  alike: 0,
  replayed: 0,
  byTear: { before: { cuts: 2, judged: 2, recognised: 0 }, prefix: { cuts: 2, judged: 1, recognised: 1 } },
  byDepth: [{ cuts: 4, judged: 3, recognised: 1 }],
  complete: true,
  wear: { address: 0x81000, erases: 2 },
};

const timing = { wallMs: 2000 };

const oddity: Oddity = {
  id: 'known-quirk',
  text: 'The flag is torn.',
  reference: 'a sheet',
  shows: [
    {
      rule: 'some-image-boots',
      phase: 'upgrade',
      kind: 'write',
      tears: ['half-programmed'],
      from: 0x81fe8,
      to: 0x81fe9,
    },
  ],
};

const minimiseCuts: readonly MinimiseOutput[] = [
  { sequence: null, cut: cut([NOTHING], { operation: 2, tear: 'after' }), tried: 9, reproduced: true },
  { sequence: null, cut: null, tried: 0, reproduced: false },
];

const input: PowerLossInput = {
  phase: 'upgrade',
  update,
  acceptable: true,
  confirms: true,
  oddities: [],
  manner: { kind: 'counted', tears: ['before', 'prefix'], seed: 7 },
};

const timed: PowerLossInput = {
  ...input,
  manner: { kind: 'timed', seed: 7, path: 'smp', spread: 3, narrow: 3 },
};

const calibration: Calibration = {
  before: golden.identity,
  update: update.identity,
  ms: 800,
  windows: [
    { name: 'begin', fromMs: 0, toMs: 100 },
    { name: 'swap', fromMs: 100, toMs: 800 },
  ],
  sound: true,
  ended: '1.3.0 from slot0',
};

function timedCut(
  achievedMs: number,
  boots: CutObservation['boots'],
  rest: Partial<TimedCut> = {},
): TimedCut {
  return {
    purpose: 'spread',
    wantedMs: achievedMs - 0.25,
    achievedMs,
    boots,
    settledAfter: 1,
    updatable: true,
    verified: 'off',
    ...rest,
  };
}

describe('suites/power-loss by operation', () => {
  const sound = { ...timing, summary, cuts: [cut([OLD, OLD, OLD]), cut([NEW, NEW, NEW], { state: 'bb' })] };
  const inside = { kind: 'erase', tear: 'partial-erase', operation: 5 } as const;
  const result = walk(powerLossMachine, input, {
    sweepCuts: [
      sound,
      {
        ...timing,
        summary,
        cuts: [cut([OLD, OLD, OLD]), cut([NOTHING], { tear: 'before' }), cut([NOTHING], inside)],
      },
      {
        ...timing,
        summary,
        cuts: [cut([NOTHING], { kind: 'fuse', address: 2, later: [{ ...cut([]), ...inside }] })],
      },
      { ...timing, summary: { ...summary, operations: 0, cuts: 0 }, cuts: [] },
    ],
    minimiseCuts,
  });
  const reached = new Set(result.paths.flatMap(({ states }) => states));

  it('passes only when every cut recovered', () => {
    assertVerdict(result, 'recovered', 'pass');
    assertVerdict(result, 'broken', 'fail');
    assertVerdict(result, 'untouched', 'inconclusive');
    assert.ok(!reached.has('calibrating'));
    const [outcome] = outcomesIn(result, 'recovered');
    assert.equal(outcome?.coverage?.cases, 4);
    assert.equal(outcome?.coverage?.detail?.['distinct flash states'], 3);
    assert.equal(outcome?.coverage?.detail?.['ways of tearing'], 2);
    assert.equal(outcome?.coverage?.detail?.['cuts a second'], 2);
  });

  it('names the operation, the address, the tear and what booted, and what only a torn cut finds', () => {
    const texts = outcomesIn(result, 'broken').map((outcome) => outcome.observed);
    assert.match(texts.join('\n'), /before operation 3 \(write of 8 bytes at 0x81fe8\): boot 1 of 1/);
    assert.match(texts.join('\n'), /2 of 4 cuts .*\(1 of them between operations, 1 inside one\)/);
    assert.match(texts.join('\n'), /the shortest sequence: cut after operation 2 .* led to the same bytes/);
    assert.match(texts.join('\n'), /fuse word 2, half-programmed\), then in the recovery inside operation 5/);
  });

  it('takes one cut for a failure where the oddity takes two', () => {
    const shows = oddity.shows.map((odd) => Object.assign({ takes: 2 }, odd));
    const twice = cut([NOTHING], { later: [cut([])] });
    const known = walk(
      powerLossMachine,
      { ...input, oddities: [{ ...oddity, shows }] },
      {
        sweepCuts: [
          { ...timing, summary, cuts: [twice] },
          { ...timing, summary, cuts: [cut([NOTHING])] },
        ],
        minimiseCuts,
      },
    );
    assert.equal(outcomesIn(known, 'recovered').length, 1);
    assert.ok(outcomesIn(known, 'broken').length > 0);
  });

  it('counts a documented oddity as a finding, and only at its own place', () => {
    const odd = { ...timing, summary, cuts: [cut([NOTHING]), cut([OLD, OLD, OLD])] };
    const elsewhere = { ...timing, summary, cuts: [cut([NOTHING]), cut([NOTHING], { address: 0x81ff0 })] };
    const known = walk(
      powerLossMachine,
      { ...input, oddities: [oddity] },
      { sweepCuts: [odd, elsewhere], minimiseCuts },
    );
    const [outcome] = outcomesIn(known, 'recovered');
    assert.equal(outcome?.verdict, 'pass');
    assert.match(outcome.observed, /all recovered; 1 showed a documented oddity/);
    assert.deepEqual(
      outcome.findings?.map(({ id, class: kind, count }) => [id, kind, count]),
      [['known-quirk', 'oddity', 1]],
    );
    const [broken] = outcomesIn(known, 'broken');
    assert.match(broken?.observed ?? '', /^1 of 4 cuts/);
    assert.equal(broken?.findings?.length, 1, 'told beside a failure too');
  });
});

describe('suites/power-loss by time', () => {
  const spread = [
    timedCut(40, [OLD, OLD, OLD]),
    timedCut(300, [OLD, OLD, OLD]),
    timedCut(700, [NEW, NEW, NEW]),
  ];
  const result = walk(powerLossMachine, timed, {
    calibrateCuts: [calibration, { ...calibration, sound: false }],
    timedCuts: [
      spread,
      [timedCut(500, [NEW, NEW, NEW], { purpose: 'narrowed' })],
      [
        timedCut(501, [NOTHING, NOTHING, NOTHING], {
          purpose: 'narrowed',
          rail: { fromMv: 3300, belowMv: 1700, fallMs: 2 },
        }),
      ],
    ],
  });
  const counted = walk(powerLossMachine, input, {
    sweepCuts: [
      { ...timing, summary, cuts: [] },
      { ...timing, summary, cuts: [cut([])] },
      { ...timing, summary, cuts: [cut([OLD, OLD, OLD])] },
    ],
    minimiseCuts,
  });

  it('together the two ways go through every state', () => {
    const missed = result.unreached.filter((state) => counted.unreached.includes(state));
    assert.deepEqual(missed, []);
    assertSound({ ...result, unreached: missed });
    assertSound({ ...counted, unreached: missed });
  });

  it('ends pass, fail, or inconclusive where the phase does not end well even without a cut', () => {
    assertVerdict(result, 'recovered', 'pass');
    assertVerdict(result, 'broken', 'fail');
    assertVerdict(result, 'uncalibrated', 'inconclusive');
  });

  it('claims a bound for the spread cuts alone, and says what it is', () => {
    const passed = outcomesIn(result, 'recovered').filter(
      ({ coverage }) => coverage?.detail?.['spread cuts'] !== 0,
    );
    for (const { observed, coverage } of passed) {
      assert.match(observed, /all recovered\. 0 failures in \d+ cuts: .*with 95 % confidence/);
      const detail = coverage?.detail ?? {};
      assert.equal(
        coverage?.cases,
        Number(detail['spread cuts']) + Number(detail['cuts where the outcome changes']),
      );
      assert.equal(detail['most jitter, ms'], 0.25);
    }
    assert.match(
      passed.map(({ observed }) => observed).join(),
      /further cuts?, placed where the outcome changes/,
    );
    const failed = outcomesIn(result, 'broken').map(
      ({ observed, coverage }) => `${observed} ${String(coverage?.detail?.['fall of the supply'])}`,
    );
    assert.match(
      failed.join(),
      /501\.0 ms after the phase began: boot 1 of 3 after the cut ran no image.* at most 2\.00 ms/s,
    );
  });
});
