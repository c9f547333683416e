import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json } from '#core/canonical.ts';
import { link, type Evidence, type EvidenceKind } from '#core/evidence.ts';
import { MAX_ENTRIES, MAX_TEXT, shorten, timelineOf } from '#core/timeline.ts';

function chain(...facts: readonly (readonly [EvidenceKind, Json])[]): Evidence[] {
  const entries: Evidence[] = [];
  for (const [kind, data] of facts) entries.push(link(entries.at(-1), entries.length, kind, data));
  return entries;
}

function told(kind: EvidenceKind, data: Json): string {
  return timelineOf(chain([kind, data]))[0]?.text ?? '';
}

const KINDS = [
  'start',
  'transition',
  'verb',
  'power',
  'flash',
  'bytes',
  'console',
  'cut',
  'case',
  'control',
  'end',
] as const;

describe('timeline', () => {
  it('tells each kind of entry as a sentence', () => {
    assert.equal(
      told('start', { board: 'nrf52840-dk', flaws: ['a/b'] }),
      'Begins on nrf52840-dk, built with a/b, from its golden state',
    );
    assert.equal(told('transition', { to: 'offering' }), 'Enters offering');
    assert.equal(
      told('transition', { from: 'offering', to: 'starting', event: 'done' }),
      'Goes from offering to starting on done',
    );
    assert.equal(
      told('power', { edge: 'off', operation: { index: 7, kind: 'write', address: 4 }, verified: 'counted' }),
      'Power off at flash operation 7 (write) (counted)',
    );
    assert.equal(
      told('bytes', { name: 'candidate', length: 3, sha256: 'ab'.repeat(32) }),
      'Stores candidate, 3 bytes, SHA-256 abababababababab…',
    );
    assert.equal(told('flash', { area: 'slot1', digest: 'cd' }), 'slot1 has digest cd');
    assert.equal(
      told('case', { index: 3, name: 'depth', reaction: 'silent', alive: false, what: 'rebooted' }),
      'Message 3, depth: silent, rebooted afterwards',
    );
    assert.equal(
      told('control', { scenario: 'control/update/smp', verdict: 'pass' }),
      'Relies on positive control control/update/smp, which gave pass',
    );
    assert.equal(told('end', { verdict: 'pass', rule: 'it must revert' }), 'Ends: pass. it must revert');
  });

  it('tells what a verb did and what came back', () => {
    const image = { name: 'candidate 1.3.0', version: '1.3.0' };
    assert.equal(
      told('verb', {
        verb: 'offerImage',
        input: { image, path: 'smp' },
        output: { accepted: false, step: 'verify', reason: 'bad hash' },
      }),
      'Offers the image (candidate 1.3.0, over smp): refused at verify: bad hash',
    );
    assert.equal(
      told('verb', {
        verb: 'activate',
        input: {},
        output: { running: true, version: '1.3.0', slot: 'slot0', confirmed: false, how: 'SMP' },
      }),
      'Asks the application to restart: 1.3.0 runs from slot0, not confirmed (SMP)',
    );
    assert.equal(
      told('verb', {
        verb: 'fuzz',
        input: { protocol: 'smp', cases: ['a', 'b'] },
        output: { sent: 2, answered: 1, broken: { index: 1, name: 'b', what: 'no answer' }, recovered: true },
      }),
      'Sends the malformed messages (smp, 2 cases): 2 sent, 1 answered; b broke the board: no answer; it came back after a reset',
    );
    assert.equal(
      told('verb', {
        verb: 'sweepCuts',
        input: { phase: 'revert' },
        output: { summary: { cuts: 30, operations: 10 } },
      }),
      'Cuts power at every flash operation of the phase (revert): 30 power cuts over 10 flash operations',
    );
    assert.equal(
      told('verb', { verb: 'activate', error: { code: 'x', message: 'no port' } }),
      'Asks the application to restart: failed: no port',
    );
    assert.equal(told('verb', { verb: 'wave', output: [] }), 'Calls wave: none');
  });

  it('names the image that a cut ended on, where the sweep says which is which', () => {
    const boots = [{ identity: 'aa', slot: 's', confirmed: true }];
    const cut = { operation: 5, kind: 'erase', tear: 'torn', boots, settledAfter: 1 };
    const [first] = timelineOf(
      chain(
        ['cut', cut],
        ['verb', { verb: 'sweepCuts', output: { summary: { before: 'aa', update: 'bb' } } }],
      ),
    );
    assert.equal(first?.text, 'Power cut torn erase 5: the old image runs after 1 boot');
  });

  it('keeps console text as it came: whoever shows it makes it harmless', () => {
    assert.equal(told('console', { text: '<b>\u001b[31m' }), '<b>\u001b[31m');
  });

  it('shows the ends of a long run and counts its middle', () => {
    const entries = timelineOf(
      chain(...Array.from({ length: 5000 }, (_, index) => ['case', { index, name: 'n' }] as const)),
    );
    assert.equal(entries.length, 9);
    assert.equal(entries[4]?.text, '4992 more messages, in the record');
    assert.match(entries.at(-1)?.text ?? '', /^Message 4999/);
  });

  it('never shows more than its limit, and says how many are left out', () => {
    const facts = Array.from(
      { length: 900 },
      (_, index) => [index % 2 === 0 ? 'transition' : 'power', { to: `s${index}` }] as const,
    );
    const entries = timelineOf(chain(...facts));
    assert.equal(entries.length, MAX_ENTRIES);
    assert.equal(
      entries.find((entry) => entry.kind === 'more')?.text,
      `${900 - MAX_ENTRIES + 1} more entries, in the record`,
    );
    assert.equal(entries.at(-1)?.text, 'Power s899');
  });

  it('tells something bounded about data of any shape', () => {
    const data = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(fc.constantFrom(...KINDS), data, (kind, value) => {
        const text = told(kind, value);
        assert.ok(text.length <= MAX_TEXT + 60);
      }),
    );
  });

  it('shortens without splitting a character', () => {
    assert.equal(shorten('abc😀', 4), 'abc… (2 more characters in the record)');
    assert.equal(shorten('abcd', 4), 'abcd');
  });
});
