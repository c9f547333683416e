import assert from 'node:assert/strict';
import { encodeSlip } from '#codecs/slip.ts';
import { SlipLink } from '#drivers/channel/slip-link.ts';
import { WiredLine } from '#drivers/channel/wired-line.fixture.ts';
import { SimClock } from '#virtual/sim-clock.ts';

const calm = { signal: new AbortController().signal };

/** Waits for a frame that begins with 7; 9 is a refusal. */
const awaited = {
  deadlineMs: 100,
  read: ([first]: Uint8Array) => {
    if (first === 9) throw new Error('refused');
    return first === 7 ? 'seven' : null;
  },
  silent: () => new Error('silent'),
  babbles: (most: number) => new Error(`babbles: ${most}`),
};

function linkThatHears(frames: readonly number[]) {
  const line = new WiredLine(() => undefined);
  const link = new SlipLink(line, new SimClock(), { limit: 64, leading: true });
  for (const first of frames) line.say(encodeSlip(Uint8Array.of(first)));
  return link;
}

describe('an answer over SLIP', () => {
  it('is the first frame that is one, behind those that are none', async () => {
    await using link = closing(linkThatHears([1, 2, 7]));
    assert.equal(await link.answer(awaited, calm), 'seven');
  });

  it('that never comes is silence', async () => {
    await using link = closing(linkThatHears([1, 2]));
    await assert.rejects(link.answer(awaited, calm), /^Error: silent$/);
  });

  it('may be a refusal', async () => {
    await using link = closing(linkThatHears([1, 9, 7]));
    await assert.rejects(link.answer(awaited, calm), /^Error: refused$/);
  });

  it('is not waited for among frames without end', async () => {
    await using link = closing(linkThatHears(Array.from({ length: 101 }, () => 1)));
    await assert.rejects(link.answer(awaited, calm), /^Error: babbles: 100$/);
  });
});

function closing(link: SlipLink) {
  return Object.assign(link, { [Symbol.asyncDispose]: () => link.close() });
}
