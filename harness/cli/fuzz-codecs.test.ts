import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PeerError } from '#core/errors.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { exportOf, modulesIn } from '#engine/discovery.ts';
import { caseOf, examine, type CodecTarget } from '#fuzz/codec-target.ts';
import { fuzzCodecs, replayCodec, type Tally } from './fuzz-codecs.ts';

const CODECS = fileURLToPath(new URL('../codecs/', import.meta.url));
const TARGETS = fileURLToPath(new URL('../fuzz/targets/', import.meta.url));

/** Parsers that only others call: they see hostile bytes through those. */
const REACHED_THROUGH: Readonly<Record<string, string>> = {
  parseStatusLine: 'HttpResponse',
  parseField: 'HttpResponse',
  parseFlatJson: 'parseJsonTree',
  decodeMqtt: 'MqttStream',
  decodeFlag: 'readSwapState',
  decodeMagic: 'readSwapState',
  decodeSwapInfo: 'readSwapState',
};

const STILL = { now: () => 0, allocated: () => 0 };

function target(run: CodecTarget['run'], name = 'sample'): CodecTarget {
  return { name, seeds: () => [Uint8Array.of(1, 2, 3, 4)], run };
}

function fuzz(targets: readonly CodecTarget[], out: string, executions: number): Tally & { said: string[] } {
  const said: string[] = [];
  const enough = (done: number) => done >= executions;
  const say = (line: string) => void said.push(line);
  return { ...fuzzCodecs({ targets, seed: 20, enough, out, meters: STILL, say }), said };
}

async function allTargets(): Promise<readonly CodecTarget[]> {
  const lists = await Promise.all(
    modulesIn('harness/fuzz/targets').map((place) => exportOf(place, 'targets')),
  );
  return (lists as readonly (readonly CodecTarget[])[]).flat();
}

describe('fuzzing the codecs', () => {
  const folder = temporaryFolder();

  it('finds nothing in some thousand inputs', async () => {
    const targets = await allTargets();
    assert.equal(new Set(targets.map(({ name }) => name)).size, targets.length);
    const { executions, escapes, said } = fuzz(targets, folder(), 60);
    assert.equal(executions, 60 * targets.length);
    assert.equal(escapes, 0, said.join('\n'));
    assert.equal(said.at(-1), '0 escapes');
  });

  it('starts from inputs that the codecs take', async () => {
    for (const one of await allTargets()) {
      for (const seed of one.seeds()) assert.doesNotThrow(() => one.run(seed), one.name);
    }
  });

  it('feeds every parser of the codecs', () => {
    const sources = (path: string) =>
      readdirSync(path)
        .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\./.test(name))
        .map((name) => readFileSync(join(path, name), 'utf8'));
    const fed = sources(TARGETS).join('\n');
    const parsers = sources(CODECS).flatMap((source) =>
      [...source.matchAll(/^export function ((?:parse|decode)\w+)/gm)].map((match) => match[1] ?? ''),
    );
    assert.ok(parsers.length > 20);
    const forgotten = parsers.filter(
      (name) => !new RegExp(`\\b${REACHED_THROUGH[name] ?? name}\\b`).test(fed),
    );
    assert.deepEqual(forgotten, []);
  });

  it('makes the same input from the same seed', () => {
    const one = target(() => []);
    assert.deepEqual(caseOf(one, one.seeds(), 7, 3), caseOf(one, one.seeds(), 7, 3));
    const inputs = Array.from({ length: 40 }, (_, index) => caseOf(one, one.seeds(), 7, index).join());
    assert.ok(new Set(inputs).size > 30);
  });

  it('takes an error that names the guilty, and nothing else that is thrown', () => {
    const refuses = target(() => {
      throw new PeerError({ code: 'x', message: 'no', remedy: 'none' });
    });
    assert.equal(examine(refuses, Uint8Array.of(1), STILL), null);
    const breaks = target(() => {
      throw new RangeError('offset');
    });
    assert.equal(examine(breaks, Uint8Array.of(1), STILL)?.kind, 'threw');
  });

  it('catches other bytes, a changed input, memory and time', () => {
    const writes = target((bytes) => [[bytes, bytes.subarray(1)]]);
    assert.match(examine(writes, Uint8Array.of(1, 2), STILL)?.what ?? '', /2 bytes were read, 1 written/);
    const spoils = target((bytes) => {
      bytes[0] = 9;
      return [];
    });
    assert.equal(examine(spoils, Uint8Array.of(1), STILL)?.kind, 'differs');
    const jumps = (step: number) => {
      let value = 0;
      return () => (value += step);
    };
    const fine = target(() => []);
    const greedy = { now: () => 0, allocated: jumps(100 * 1024 * 1024) };
    assert.equal(examine(fine, Uint8Array.of(1), greedy)?.kind, 'memory');
    assert.equal(examine(fine, Uint8Array.of(1), { ...STILL, now: jumps(2500) })?.kind, 'slow');
  });

  it('keeps an input that escaped, under a name that replays it', () => {
    const breaks = target((bytes) => {
      if (bytes[0] === 1) throw new TypeError('\u001b[31m');
      return [];
    }, 'fragile');
    const { escapes, said } = fuzz([breaks], folder(), 5);
    assert.ok(escapes > 0);
    assert.ok(!said.join('').includes('\u001b'));
    const [file = ''] = readdirSync(folder());
    const path = join(folder(), file);
    assert.ok(said.some((line) => line.includes(path)));
    const heard: string[] = [];
    const again = { targets: [breaks], meters: STILL, say: (line: string) => void heard.push(line) };
    assert.equal(replayCodec(path, again).escapes, 1);
    assert.equal(heard.at(-1), '1 escapes');
    const mended = { ...again, targets: [target(() => [], 'fragile')] };
    assert.equal(replayCodec(path, mended).escapes, 0);
    assert.throws(() => replayCodec(path, { ...again, targets: [] }), /names no codec/);
  });
});
