import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoardEntry } from '#core/rig.ts';
import { BenchError } from '#core/errors.ts';
import { folderFiles } from '#engine/bundle/run-files.ts';
import { discoverFormats } from '#engine/discovery.ts';
import { inThisThread } from '#engine/executor.ts';
import { loadBench } from '#engine/load-bench.ts';
import { redactorOf } from '#engine/redact.ts';
import { runTiny, temporaryFolder, tinyBench } from '#engine/tiny-run.fixture.ts';
import { tinyBoard } from '#engine/tiny-board.fixture.ts';
import { tinyAttacks } from '#engine/tiny-suite.fixture.ts';

const PASSWORD = 'correct-horse-battery';
const LTK = '00112233445566778899aabbccddeeff';

/** The tiny board, which prints whatever it knows. */
function chatty(secrets: readonly string[], lines: readonly string[]): BoardEntry {
  const inner = tinyBoard();
  return {
    ...inner,
    secrets,
    async open(options) {
      const rig = await inner.open(options);
      const listeners = new Set<Parameters<typeof rig.onConsole>[0]>();
      return {
        ...rig,
        instruments: { channel: `mqtt://lab:${PASSWORD}@broker` },
        onConsole: (listener) => {
          listeners.add(listener);
          return rig.onConsole(listener);
        },
        prepare: async (call) => {
          await rig.prepare(call);
          for (const listener of listeners) for (const text of lines) listener({ atMs: 0, text });
        },
      };
    },
  };
}

/** Every file of a run as text, case apart. */
function everything(run: string): string {
  const files = folderFiles(run);
  return files.names
    .map((name) => readFileSync(join(run, name)).toString('latin1'))
    .join('\n')
    .toLowerCase();
}

describe('secrets', () => {
  const folder = temporaryFolder();

  it('that a board prints are in no file of the run, in whatever form', async () => {
    const spaced = LTK.replaceAll(/(..)(?=.)/g, '$1 ').toUpperCase();
    const turned = Buffer.from(Buffer.from(LTK, 'hex').toReversed()).toString('hex');
    const lines = [
      `wifi: joining with ${PASSWORD}`,
      `psk=${Buffer.from(PASSWORD).toString('hex')} ${Buffer.from(PASSWORD).toString('base64')}`,
      `LTK ${LTK}`,
      `ltk ${spaced}`,
      `ltk (little endian) ${turned}`,
      `${'x'.repeat(300)} ${PASSWORD}`,
    ];
    const bench = tinyBench(chatty([PASSWORD, LTK], lines));
    const formats = (await discoverFormats()).filter(({ id }) => id !== 'pdf');
    const { runDir } = await runTiny(folder(), {
      bench,
      executor: inThisThread(bench, tinyAttacks),
      formats,
    });
    const text = everything(runDir);
    assert.ok(text.includes('[redacted]') && text.includes('wifi: joining with'));
    assert.ok(text.includes('console.ndjson'));
    for (const form of [PASSWORD, LTK, spaced, turned, Buffer.from(PASSWORD).toString('hex')]) {
      assert.ok(!text.includes(form.toLowerCase()), form);
    }
    assert.ok(!text.includes(Buffer.from(PASSWORD).toString('base64').toLowerCase()));
  });

  it('in an error of the bench are in no file and no message', async () => {
    const open = () =>
      Promise.reject(
        new BenchError({ code: 'x', message: `login lab:${PASSWORD} failed`, remedy: 'look at the broker' }),
      );
    const bench = tinyBench({ ...tinyBoard(), secrets: [PASSWORD], open });
    const said: string[] = [];
    const { runDir } = await runTiny(folder(), {
      bench,
      executor: inThisThread(bench, tinyAttacks),
      onEvent: (event) => said.push(JSON.stringify(event)),
    });
    assert.ok(!everything(runDir).includes(PASSWORD));
    assert.ok(said.some((line) => line.includes('login lab:[redacted] failed')));
    assert.ok(!said.join('\n').includes(PASSWORD));
  });

  it('of signing keys are known without being named: PEM lines, DER and private numbers', async () => {
    const bench = await loadBench('virtual');
    for (const entry of bench.boards) {
      const redact = redactorOf(entry);
      const { pem } = entry.facts.firmware.keys.signing;
      const lines = pem.split('\n').filter((line) => line.length >= 16 && !line.startsWith('-----'));
      const key = createPrivateKey(pem);
      const der = key.export({ type: 'pkcs8', format: 'der' });
      const { d = '' } = key.export({ format: 'jwk' });
      const numbers = Buffer.from(d, 'base64url').toString('hex');
      for (const secret of [...lines, lines.join(''), der.toString('hex'), numbers, d]) {
        assert.ok(!redact(`key: ${secret};`).includes(secret.slice(2, -2)), entry.facts.id);
      }
      assert.equal(redact(entry.facts.firmware.keys.signing.id), entry.facts.firmware.keys.signing.id);
    }
  });

  it('leave everything else as it was', () => {
    const redact = redactorOf({ ...tinyBoard(), secrets: [PASSWORD, 'abc'] });
    const value = { text: 'abc correct-horse', list: [1, null, true], nested: { deep: ['x'] } };
    assert.deepEqual(redact(value), value);
  });
});
