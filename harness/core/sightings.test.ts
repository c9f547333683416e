import assert from 'node:assert/strict';
import type { RunningImage } from '#core/capabilities.ts';
import type { Image } from '#core/image.ts';
import {
  booted,
  describeBoots,
  describeCut,
  describeReceipt,
  describeRunning,
  howReached,
  runs,
  runsConfirmed,
  strangers,
} from '#core/sightings.ts';

function image(name: string, id: string): Image {
  return {
    name,
    version: '1.0.0',
    bytes: new Uint8Array(),
    digest: id,
    identity: id.repeat(16),
    buildId: id,
  };
}

const golden = image('golden', 'aaaa');
const update = image('update', 'bbbb');

function seen(running: Image, confirmed: boolean): RunningImage {
  const { identity, version } = running;
  return { running: true, identity, version, slot: 'slot0', confirmed, how: 'SMP' };
}

const dead: RunningImage = { running: false, why: 'silence' };
const boots = (...images: readonly Image[]) =>
  images.map(({ version, buildId }, atMs) => ({ atMs, version, buildId }));

describe('core/sightings', () => {
  it('tells which image runs, and whether it is confirmed', () => {
    assert.equal(runs(seen(golden, false), golden), true);
    assert.equal(runs(seen(update, true), golden), false);
    assert.equal(runs(dead, golden), false);
    assert.equal(runsConfirmed(seen(golden, true), golden), true);
    assert.equal(runsConfirmed(seen(golden, false), golden), false);
  });

  it('tells who booted', () => {
    assert.equal(booted(boots(golden, update), update), true);
    assert.equal(booted(boots(golden), update), false);
    assert.equal(strangers(boots(golden, update, golden), [golden]).length, 1);
  });

  it('describes what was seen for a reader', () => {
    assert.equal(describeRunning(dead, []), 'no application answers: silence');
    assert.match(
      describeRunning(seen(golden, true), [golden]),
      /^golden \(a{12}\) runs from slot0, confirmed/,
    );
    assert.match(describeRunning(seen(update, false), [golden]), /^unknown image 1\.0\.0 .*unconfirmed/);
    assert.equal(describeBoots([], []), 'no boot seen');
    assert.equal(describeBoots(boots(golden, update), [golden]), 'boots: golden, unknown build bbbb');
    const many = describeBoots(boots(...Array.from({ length: 300 }, () => golden)), [golden]);
    assert.equal(many, 'boots: golden, golden, golden, (295 more), golden, golden');
    assert.equal(describeCut({ atMs: 1, verified: 'relay clicked' }), 'power cut (relay clicked)');
    const operation = { index: 7, kind: 'erase', address: 0xc000 };
    assert.match(describeCut({ atMs: 1, verified: 'x', operation }), /operation 7 \(erase at 0xc000; x\)/);
  });

  it('says how a hostile image met its check, or that it did not', () => {
    const refused = { accepted: false, step: 'verify', reason: 'bad signature' } as const;
    const accepted = { accepted: true, detail: 'sent' } as const;
    const reading = (holds: boolean) => ({ area: 'slot1', digest: 'c'.repeat(64), holds });
    assert.equal(describeReceipt(null), 'not asked');
    assert.equal(howReached(refused, null), 'the board refused at verify: bad signature');
    assert.match(howReached(accepted, reading(true)) ?? '', /lay in slot1 .* pending/);
    assert.equal(howReached(accepted, reading(false)), null);
    assert.equal(howReached(accepted, null), null);
  });
});
