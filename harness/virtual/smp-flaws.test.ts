import assert from 'node:assert/strict';
import { decodeSmp, encodeSmp, encodeSmpHeader, OS_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import { referenceImage } from '#virtual/mcuboot/reference.ts';
import { smpFlaws } from '#virtual/smp-flaws.ts';
import { ask, bench, upload, type Bench } from '#virtual/smp-server.fixture.ts';

const echo = { op: SMP_OP.write, group: SMP_GROUP.os, command: OS_COMMAND.echo };
const header = (length: number) => encodeSmpHeader({ ...echo, version: 1, flags: 0, length, sequence: 1 });
const nested = (levels: number) =>
  Buffer.concat([
    header(levels + 4),
    Uint8Array.from([0xa1, 0x61, 0x78, ...Array<number>(levels).fill(0x81), 0]),
  ]);
const image = referenceImage({ version: '1.3.0' });

/** What sets each flaw off; a sound server answers or drops it. */
const triggers: Readonly<Record<string, (target: Bench) => unknown>> = {
  'smp/header-length-trusted': ({ server }) => server.handle(header(0xffff)),
  'smp/cbor-depth': ({ server }) => server.handle(nested(60)),
  'smp/echo-overflow': (target) => ask(target, echo, [['d', 'A'.repeat(200)]]),
  'smp/upload-offset-unchecked': (target) =>
    upload(target, [
      ['off', 0x10_0000],
      ['data', image.subarray(0, 64)],
    ]),
};

describe('virtual/smp-flaws', () => {
  for (const [flaw, trigger] of Object.entries(triggers)) {
    it(`${flaw} crashes the flawed server only`, () => {
      assert.throws(() => trigger(bench(flaw)), { name: 'AppFault' });
      const sound = bench();
      trigger(sound);
      assert.equal(ask(sound, echo, [['d', 'alive']]).get('r'), 'alive');
    });
  }

  it('smp/unknown-group-locks: no later request is served', () => {
    const [locked, sound] = [bench('smp/unknown-group-locks'), bench()];
    const strange = encodeSmp({ op: SMP_OP.read, version: 1, group: 70, sequence: 1, command: 0 }, []);
    const valid = encodeSmp({ ...echo, version: 1, sequence: 2 }, [['d', 'hello']]);
    assert.deepEqual([locked.server.handle(strange).length, locked.server.handle(valid).length], [0, 0]);
    assert.deepEqual([sound.server.handle(strange).length, sound.server.handle(valid).length], [1, 1]);
  });

  it('smp/buffer-leak: an answer after a refusal carries an earlier message', () => {
    const leaked = (target: Bench) => {
      ask(target, echo, [['d', 'the secret of an earlier client, much longer than what comes']]);
      target.server.handle(
        Buffer.concat([header(60), Uint8Array.from([0xa1, 0x61, 0x64, 0x01]), new Uint8Array(56)]),
      );
      const [answer = new Uint8Array()] = target.server.handle(
        encodeSmp({ ...echo, version: 1, sequence: 3 }, [['d', 'x']]),
      );
      const result = decodeSmp(answer);
      assert.ok(result.ok);
      return result.message.trailing.length;
    };
    assert.ok(leaked(bench('smp/buffer-leak')) > 0);
    assert.equal(leaked(bench()), 0);
  });

  it('every flaw is in the family of wireless fuzzing and tells its story in a sentence or two', () => {
    assert.equal(new Set(smpFlaws.map(({ id }) => id)).size, 7);
    for (const { id, family, story } of smpFlaws) {
      assert.match(id, /^smp\/[a-z-]+$/);
      assert.equal(family, 'fuzzed-wireless');
      assert.ok(story.split('. ').length <= 2, id);
    }
  });
});
