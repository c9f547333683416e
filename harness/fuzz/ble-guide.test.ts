import assert from 'node:assert/strict';
import type { CaseSeen } from '#core/case-guide.ts';
import { encodeAtt } from '#codecs/ble/att.ts';
import { parseBleCase } from '#codecs/ble/case-text.ts';
import { CID, encodeL2cap } from '#codecs/ble/l2cap.ts';
import { answerKinds } from '#fuzz/ble-answers.ts';
import { BleGuide } from '#fuzz/ble-guide.ts';
import { Novelty, traitsOf } from '#fuzz/novelty.ts';

const handles = { readable: 3, writable: 6 };
const silent: CaseSeen = { reaction: 'silent', answer: new Uint8Array(), console: [] };
const answered = (...pdus: readonly Parameters<typeof encodeAtt>[0][]): CaseSeen => ({
  ...silent,
  reaction: 'answered',
  answer: Buffer.concat(pdus.map((pdu) => encodeL2cap({ cid: CID.att, payload: encodeAtt(pdu) }))),
});

/** Names of so many cases, each answered by `seen`. */
function names(guide: BleGuide, count: number, seen: (index: number) => CaseSeen): readonly string[] {
  return Array.from({ length: count }, (_, index) => {
    const { name } = guide.next();
    guide.learn(seen(index));
    return name;
  });
}

describe('a search of LE conversations', () => {
  it('goes on with what led to something new, and only where it is guided', () => {
    const guided = new BleGuide({ seed: 1, handles, guided: true });
    const [first = ''] = names(guided, 1, () => answered({ type: 'writeRsp' }));
    assert.equal(guided.corpus().length, 1);
    const later = names(guided, 60, () => silent);
    assert.ok(later.filter((name) => name.startsWith(first)).length > 10, first);
    const chance = (seen: CaseSeen) =>
      names(new BleGuide({ seed: 1, handles, guided: false }), 60, () => seen);
    assert.deepEqual(chance(silent), chance(answered({ type: 'writeRsp' })));
  });

  it('sends an earlier corpus first, and every case can be read', () => {
    const earlier = new BleGuide({ seed: 2, handles, guided: true });
    names(earlier, 20, (index) => ({ ...silent, console: [`state ${'abcdefghijklmnopqrst'[index]}`] }));
    const corpus = earlier.corpus();
    assert.equal(corpus.length, 20);
    const again = new BleGuide({ seed: 3, handles, guided: true, corpus });
    for (const { bytes } of corpus) {
      assert.deepEqual(again.next().bytes, bytes);
      again.learn(silent);
    }
    assert.notEqual(parseBleCase(again.next().bytes), null);
  });
});

describe('what an LE device answers', () => {
  it('is new by kind, by the step before, and by how often in powers of two; refusals only by kind', () => {
    const novelty = new Novelty();
    const isNew = (seen: CaseSeen) => novelty.take(traitsOf(answerKinds(seen.answer), seen));
    const wrote = { type: 'writeRsp' } as const;
    const refused = (handle: number) => ({ type: 'error', request: 0x0a, handle, code: 1 }) as const;
    assert.deepEqual(
      [
        isNew(answered(wrote)),
        isNew(answered(wrote)),
        isNew(answered(wrote, wrote)),
        isNew(answered(wrote, wrote, wrote)),
        isNew(answered(wrote, wrote, wrote, wrote)),
        isNew(answered(refused(1))),
        isNew(answered(refused(2), refused(3))),
        isNew({ ...silent, console: ['took 17 ms'] }),
        isNew({ ...silent, console: ['took 18 ms'] }),
      ],
      [true, false, true, true, false, true, false, true, false],
    );
  });

  it('is read as far as it is whole', () => {
    const { answer } = answered({ type: 'writeRsp' });
    assert.equal(answerKinds(answer).length, 1);
    assert.deepEqual(answerKinds(answer.slice(0, -1)), []);
    assert.deepEqual(answerKinds(answer.slice(0, 3)), []);
  });
});
