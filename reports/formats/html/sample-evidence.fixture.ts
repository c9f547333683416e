import type { Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import { link, type Evidence, type EvidenceKind } from '#core/evidence.ts';
import type { RecordSummary } from '#core/record.ts';

const OLD = sha256Hex('old');
const NEW = sha256Hex('new');

function cutData(operation: number, tear: string, last: number): Json {
  const identity = operation > last * 0.93 ? NEW : OLD;
  const boot = { identity, slot: 'slot0', confirmed: true };
  return {
    operation,
    tear,
    kind: operation % 9 === 0 ? 'erase' : 'write',
    address: operation * 4,
    length: 4,
    boots: [boot, boot, boot],
    settledAfter: 1,
    updatable: true,
  };
}

function cuts(): [EvidenceKind, Json][] {
  const count = 240;
  const all = ['before', 'torn', 'after'].flatMap((tear) =>
    Array.from({ length: count }, (_, operation): [EvidenceKind, Json] => [
      'cut',
      cutData(operation, tear, count),
    ]),
  );
  const summary = { operations: count, writes: 200, erases: 40, cuts: all.length, before: OLD, update: NEW };
  return [...all, ['verb', { verb: 'sweepCuts', output: { summary } }]];
}

function cases(): [EvidenceKind, Json][] {
  return Array.from({ length: 64 }, (_, index): [EvidenceKind, Json] => [
    'case',
    {
      index,
      name: `length field ${index * 7}`,
      reaction: index % 3 === 0 ? 'silent' : 'answered',
      alive: true,
    },
  ]);
}

function findingData(text: string): Json {
  return {
    id: '0123456789ab',
    protocol: 'mqtt',
    cause: 'case',
    flaky: true,
    minimal: true,
    repeats: { alarms: 2, tries: 10, from: 0.057, to: 0.51 },
    alarm: { oracle: 'fault-line', fault: text, resetReason: text },
    expected: text,
    observed: text,
    steps: [{ name: text, bytes: '30020000' }],
  };
}

function facts(record: RecordSummary, text: string): [EvidenceKind, Json][] {
  const running = {
    running: true,
    identity: NEW,
    version: '1.3.0',
    slot: 'slot0',
    confirmed: false,
    how: 'SMP image state',
  };
  const body: [EvidenceKind, Json][] = [
    ['start', { board: record.board, flaws: record.flaws, scenario: record.scenario }],
    ['bytes', { name: 'candidate 1.3.0', length: 24_576, digest: record.stimulus }],
    ['transition', { to: 'offering' }],
    [
      'verb',
      {
        verb: 'offerImage',
        input: { image: { name: 'candidate 1.3.0' }, path: 'smp' },
        output: { accepted: true, detail: 'pending for the next boot' },
      },
    ],
    ['transition', { from: 'offering', to: 'starting', event: 'done' }],
    ['power', { edge: 'reset', verified: 'supply read back 0 V for 200 ms' }],
    ['console', { text }],
    ['console', { text: '*** assay-fw demo v1.3.0 build 00112233aabbccdd ***' }],
    ['verb', { verb: 'activate', output: running }],
    ['transition', { from: 'starting', to: 'resetting', event: 'done' }],
  ];
  if (record.family === 'power-loss') body.push(...cuts());
  if (record.family === 'fuzzed-wireless') body.push(...cases(), ['finding', findingData(text)]);
  body.push(['transition', { from: 'resetting', to: record.path.at(-1) ?? '', event: 'done' }]);
  body.push(['end', { verdict: record.verdict, rule: record.rule }]);
  return body;
}

/** A sample record's evidence. */
export function chainOf(record: RecordSummary, text: string): Evidence[] {
  const chain: Evidence[] = [];
  for (const [kind, data] of facts(record, text))
    chain.push(link(chain.at(-1), chain.length * 137.25, kind, data));
  return chain;
}
