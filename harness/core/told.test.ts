import assert from 'node:assert/strict';
import { link } from '#core/evidence.ts';
import { Telling } from '#core/told.ts';

const chain = [link(undefined, 0, 'verb', { name: 'offerImage' })];

describe('what chains tell', () => {
  it('gives a timeline where one is drawn, also to a record whose evidence is gone', () => {
    const telling = new Telling();
    telling.add('drawn.jsonl', chain, { timeline: true });
    telling.add('gone.jsonl', [], { timeline: true });
    telling.add('many.jsonl', chain, { timeline: false });
    const { timelines, cuts } = telling.told;
    assert.deepEqual(Object.keys(timelines), ['drawn.jsonl', 'gone.jsonl']);
    assert.equal(timelines['drawn.jsonl']?.length, 1);
    assert.deepEqual(timelines['gone.jsonl'], []);
    assert.deepEqual(cuts, {});
  });
});
