import assert from 'node:assert/strict';
import type { Peer, PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import { peerMain } from './peer-sweep.ts';

interface Heard {
  readonly exitCode: number;
  readonly said: readonly string[];
  readonly complaints: readonly string[];
  readonly asked: readonly PeerOptions[];
}

/** Runs the sweeps over tools that answer as told. */
async function peers(args: readonly string[], results: Readonly<Record<string, PeerResult>>): Promise<Heard> {
  const heard = { said: [] as string[], complaints: [] as string[], asked: [] as PeerOptions[] };
  const exitCode = await peerMain(args, {
    names: ['peer', ...Object.keys(results)],
    load: (name): Promise<Peer> =>
      Promise.resolve({
        name,
        tool: 'a tool',
        run: (options) => {
          heard.asked.push(options);
          return Promise.resolve(results[name] ?? { compared: 0, differ: 0 });
        },
      }),
    say: (line) => void heard.said.push(line),
    complain: (line) => void heard.complaints.push(line),
  });
  return { ...heard, exitCode };
}

describe('peers', () => {
  it('runs the group that was named, with its count and seed, and sums up in the last line', async () => {
    const results = {
      'images-a': { compared: 30, differ: 0 },
      'images-b': { compared: 12, differ: 0 },
      'wire-c': { compared: 1, differ: 1 },
    };
    const { exitCode, said, asked } = await peers(['images', '--count', '30', '--seed', '7'], results);
    assert.equal(exitCode, 0);
    assert.equal(said.at(-1), '42 compared, 0 differ');
    assert.match(said[0] ?? '', /seed 7/);
    assert.deepEqual(
      asked.map(({ count, seed }) => [count, seed]),
      [
        [30, 7],
        [30, 7],
      ],
    );
  });

  it('takes 300 and a printed seed by itself', async () => {
    const { asked, said } = await peers(['images'], { 'images-a': { compared: 300, differ: 0 } });
    assert.equal(asked[0]?.count, 300);
    assert.match(said[0] ?? '', new RegExp(`seed ${asked[0]?.seed},`));
  });

  it('exits 1 when files differ, whatever else is missing', async () => {
    const results = {
      'images-a': { compared: 3, differ: 1 },
      'images-b': { compared: 0, differ: 0, skipped: 'install b' },
    };
    const { exitCode, said } = await peers(['images'], results);
    assert.equal(exitCode, 1);
    assert.equal(said.at(-1), '3 compared, 1 differ');
  });

  it('exits 2 and says what to install when a tool is missing, or nothing was compared', async () => {
    const skipped = { compared: 0, differ: 0, skipped: 'no imgtool; pip install imgtool' };
    const missing = await peers(['images'], { 'images-a': skipped });
    assert.equal(missing.exitCode, 2);
    assert.ok(missing.said.some((line) => line.includes('pip install imgtool')));
    assert.equal((await peers(['images'], { 'images-a': { compared: 0, differ: 0 } })).exitCode, 2);
  });

  it('is wrong usage without a known group or with a bad number', async () => {
    const results = { 'images-a': { compared: 1, differ: 0 } };
    for (const args of [
      [],
      ['peer'],
      ['imges'],
      ['images', '--count', '0'],
      ['images', '--seed', 'x'],
      ['images', '--x'],
    ]) {
      const { exitCode, complaints } = await peers(args, results);
      assert.equal(exitCode, 64, args.join(' '));
      assert.match(complaints.join('\n'), /try:/);
    }
  });
});
