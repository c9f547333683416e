import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, type Json } from '#core/canonical.ts';
import { link, toLine, type Evidence } from '#core/evidence.ts';
import { digestOf } from '#core/digest.ts';
import { folderFiles } from '#engine/bundle/run-files.ts';
import { RunFolder } from '#engine/run-folder.ts';
import { sealRun } from '#engine/seal.ts';
import { runTiny, temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

const RECORD = 'records/nrf52840-dk/rollback.tiny.first';

describe('verify', () => {
  const folder = temporaryFolder();
  let run = '';

  beforeEach(async () => {
    run = (await runTiny(folder())).runDir;
  });

  function edit(file: string, change: (text: string) => string): void {
    const path = join(run, file);
    writeFileSync(path, change(readFileSync(path, 'utf8')));
  }

  function lines(): Evidence[] {
    return readFileSync(join(run, `${RECORD}.jsonl`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Evidence);
  }

  it('finds a run as it was sealed intact', () => {
    const result = verifyRun(run);
    assert.equal(result.state, 'intact');
    assert.deepEqual(result.mismatches, []);
    assert.equal(result.records, 4);
    assert.equal(result.files, folderFiles(run).names.length - 1);
  });

  it('finds one flipped bit at any place of any file, and names the file', () => {
    const copy = join(folder(), 'copy');
    for (const file of folderFiles(run).names) {
      const bytes = readFileSync(join(run, file));
      for (const place of [0, Math.floor(bytes.length / 2), bytes.length - 1]) {
        cpSync(run, copy, { recursive: true });
        const flipped = Uint8Array.from(bytes);
        flipped[place] = (flipped[place] ?? 0) ^ 1;
        writeFileSync(join(copy, file), flipped);
        const result = verifyRun(copy);
        assert.equal(result.state, 'altered', `${file} byte ${place}`);
        assert.equal(result.mismatches[0]?.file, file, `${file} byte ${place}`);
        rmSync(copy, { recursive: true });
      }
    }
  });

  it('finds every flipped byte of the seal itself', () => {
    const path = join(run, 'seal.json');
    const bytes = readFileSync(path);
    for (let place = 0; place < bytes.length; place++) {
      const flipped = Uint8Array.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ 0x20;
      writeFileSync(path, flipped);
      assert.equal(verifyRun(run).state, 'altered', `byte ${place}`);
    }
  });

  it('names the entry of a record', () => {
    edit(`${RECORD}.jsonl`, (text) => text.replace('"to":"trying"', '"to":"flying"'));
    const entry = lines().findIndex((line) => canonical(line.data).includes('flying'));
    const [mismatch, ...others] = verifyRun(run).mismatches;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [mismatch?.file, mismatch?.entry, mismatch?.what],
      [`${RECORD}.jsonl`, entry, 'was altered'],
    );
  });

  it('names the byte that was altered, and what it was', () => {
    edit(`${RECORD}.json`, (text) => text.replace('"verdict":"pass"', '"verdict":"Pass"'));
    const at = readFileSync(join(run, `${RECORD}.json`), 'utf8').indexOf('Pass');
    const [mismatch] = verifyRun(run).mismatches;
    assert.deepEqual(mismatch?.place, { from: at, to: at + 1, was: 0x70, is: 0x50 });
    edit('seal.json', (text) => text.replace('"run":"2', '"run":"3'));
    const seal = verifyRun(run).mismatches.find(({ file }) => file === 'seal.json');
    assert.equal(seal?.what, 'was altered');
  });

  it('names files that are missing or were added', () => {
    rmSync(join(run, 'report.txt'));
    writeFileSync(join(run, 'extra.txt'), 'x');
    assert.deepEqual(verifyRun(run).mismatches, [
      { file: 'extra.txt', what: 'was added after the run was sealed' },
      { file: 'report.txt', what: 'is missing' },
    ]);
  });

  it('looks into records that were sealed again after a forgery', () => {
    edit(`${RECORD}.json`, (text) => text.replace('"verdict":"pass"', '"verdict":"fail"'));
    sealRun(RunFolder.reopen(run), 'forged', null);
    const { state, mismatches } = verifyRun(run);
    assert.equal(state, 'altered');
    assert.deepEqual(mismatches[0], { file: `${RECORD}.json`, what: 'does not say what its evidence says' });
  });

  it('finds an entry that was cut out of a chain and the rest sealed again', () => {
    const kept = lines().filter((line) => line.seq !== 2);
    writeFileSync(join(run, `${RECORD}.jsonl`), kept.map(toLine).join(''));
    sealRun(RunFolder.reopen(run), 'forged', null);
    assert.deepEqual(verifyRun(run).mismatches[0], {
      file: `${RECORD}.jsonl`,
      entry: 2,
      what: 'does not continue the chain of hashes',
    });
  });

  it('finds a record that was written anew with another verdict', () => {
    const forged: Evidence[] = [];
    for (const { at, kind, data } of lines()) {
      const changed = kind === 'end' ? { ...(data as Record<string, Json>), verdict: 'fail' } : data;
      forged.push(link(forged.at(-1), at, kind, changed));
    }
    writeFileSync(join(run, `${RECORD}.jsonl`), forged.map(toLine).join(''));
    sealRun(RunFolder.reopen(run), 'forged', null);
    const files = verifyRun(run).mismatches.map(({ file }) => file);
    assert.ok(files.includes(`${RECORD}.json`) && files.includes('run.json'), files.join(', '));
  });

  it('says that a killed run is not sealed, and what of it can be read', () => {
    rmSync(join(run, 'seal.json'));
    edit('run.json', (text) => text.replace('"state":"ended"', '"state":"running"'));
    truncateSync(join(run, `${RECORD}.jsonl`), 1000);
    const result = verifyRun(run);
    assert.equal(result.state, 'unsealed');
    assert.equal(result.records, 3);
    assert.deepEqual(
      result.mismatches.map(({ file, what }) => [file, what]),
      [[`${RECORD}.jsonl`, 'was cut off while it was written']],
    );
  });

  it('calls a run without its seal unsealed, never intact', () => {
    rmSync(join(run, 'seal.json'));
    assert.equal(verifyRun(run).state, 'unsealed');
  });

  it('still finds what else was altered when run.json is no header any more', () => {
    writeFileSync(join(run, 'run.json'), '{}\n');
    appendFileSync(join(run, 'report.txt'), 'x');
    assert.deepEqual(
      verifyRun(run).mismatches.map(({ file }) => file),
      ['report.txt', 'run.json'],
    );
  });

  it('does not fall over hostile files', () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const file of ['seal.json', 'run.json', `${RECORD}.jsonl`]) {
      const before = readFileSync(join(run, file));
      writeFileSync(join(run, file), `${deep}\n`);
      assert.equal(verifyRun(run).state, 'altered', file);
      writeFileSync(join(run, file), before);
    }
  });

  it('refuses what is no run', () => {
    assert.throws(() => verifyRun(join(folder(), 'nowhere')), { code: 'run-unreadable' });
    assert.throws(() => verifyRun(folder()), { code: 'run-unreadable' });
  });

  it('seals with a digest over all other members', () => {
    const { digest, ...body } = JSON.parse(readFileSync(join(run, 'seal.json'), 'utf8')) as Record<
      string,
      Json
    >;
    assert.equal(digestOf(body), digest);
  });
});
