import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonical, type Json } from '#core/canonical.ts';
import { sealOf } from '#engine/bundle/file-seal.ts';
import { judgeFlip } from '#engine/bundle/flip.ts';
import { makeBundle } from '#engine/bundle/make-bundle.ts';
import { openRun } from '#engine/bundle/open-run.ts';
import { tarHeader } from '#engine/bundle/tar-header.ts';
import { makeSeal, sealText } from '#engine/seal.ts';
import { readPublicKey, readSigner, type Signer } from '#engine/signing/keys.ts';
import { runTiny, temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { skipBecause } from '#contracts/skip.ts';
import { verifyRun } from '#engine/verify.ts';

function testSigner(): Signer {
  const { privateKey } = generateKeyPairSync('ed25519');
  return readSigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'test');
}

describe('evidence bundle', () => {
  const folder = temporaryFolder();
  let run = '';
  let out = '';

  beforeEach(async () => {
    run = (await runTiny(folder())).runDir;
    out = join(folder(), 'run.assay.tar');
  });

  const pack = (more: Partial<Parameters<typeof makeBundle>[1]> = {}) =>
    makeBundle(run, { signer: null, timeStamp: null, out, force: true, ...more });

  function altered(change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): ReturnType<typeof verifyRun> {
    writeFileSync(out, change(Uint8Array.from(readFileSync(out))));
    return verifyRun(out);
  }

  it('is the same bytes for the same run, signed or not', async () => {
    const one = await pack();
    const two = await pack({ out: join(folder(), 'again.tar') });
    assert.equal(one.sha256, two.sha256);
    const signer = testSigner();
    const signed = await pack({ signer });
    assert.notEqual(signed.sha256, one.sha256);
    assert.equal((await pack({ signer })).sha256, signed.sha256);
  });

  it('verifies alone, as what the run folder says', async () => {
    const { root } = await pack();
    const [bundle, before] = [verifyRun(out), verifyRun(run)];
    assert.equal(bundle.state, 'intact');
    assert.deepEqual({ ...bundle, runDir: run }, before);
    assert.equal(bundle.root, root);
  });

  it('is an archive that tar unpacks to a folder that verifies', async function () {
    if (spawnSync('tar', ['--version']).status !== 0) skipBecause(this, 'there is no tar here');
    await pack({ signer: testSigner() });
    execFileSync('tar', ['-xf', out], { cwd: folder() });
    const unpacked = readdirSync(folder()).find((name) => name.startsWith('2') && !name.includes('.')) ?? '';
    const result = verifyRun(join(folder(), unpacked));
    assert.equal(result.state, 'intact');
    assert.equal(result.authorship.state, 'embedded');
  });

  it('names the byte of every single flip, wherever it is', async () => {
    await pack({ signer: testSigner() });
    const bytes = Uint8Array.from(readFileSync(out));
    const places = Array.from({ length: 120 }, (_, index) => Math.floor((index * bytes.length) / 120));
    for (const place of [...places, 100, 148, 512, bytes.length - 1]) {
      const flipped = Uint8Array.from(bytes);
      flipped[place] = (flipped[place] ?? 0) ^ (1 << (place % 8));
      writeFileSync(out, flipped);
      const { state, mismatches } = verifyRun(out);
      assert.equal(state, 'altered', `byte ${place}`);
      assert.equal(judgeFlip(place, mismatches), 'byte', `byte ${place}: ${JSON.stringify(mismatches)}`);
    }
  });

  it('says where it was cut off, and what follows it', async () => {
    await pack();
    const { length } = readFileSync(out);
    const cut = altered((bytes) => bytes.subarray(0, bytes.length - 5000));
    assert.equal(cut.state, 'altered');
    assert.ok(cut.mismatches.some(({ at }) => at === length - 5000));
    await pack();
    assert.deepEqual(altered((bytes) => Uint8Array.of(...bytes, 1)).mismatches, [
      { file: 'the end of the bundle', at: length, what: 'is followed by bytes that do not belong to it' },
    ]);
  });

  it('is refused where it is none, compressed or empty, and never falls over', () => {
    for (const bytes of [[], [0x1f, 0x8b, 8], Array.from({ length: 5000 }, () => 0)]) {
      writeFileSync(out, Uint8Array.from(bytes));
      assert.throws(() => verifyRun(out), { code: 'run-unreadable' });
    }
  });

  it('with hostile names is altered, and nothing is written where they lead', async () => {
    await pack();
    const names = ['../../escape', '/etc/escape', 'a\u202eb', 'c\u0000d'];
    for (const name of names) {
      const content = new TextEncoder().encode('x');
      const seal = sealText(makeSeal('run', null, { [name]: sealOf([content]) }));
      const file = (path: string, bytes: Uint8Array) =>
        Buffer.concat([
          tarHeader({ name: path, size: bytes.length }),
          bytes,
          Buffer.alloc(-bytes.length & 511),
        ]);
      writeFileSync(
        out,
        Buffer.concat([
          file('run/seal.json', Buffer.from(seal)),
          file(`run/${name}`, content),
          Buffer.alloc(1024),
        ]),
      );
      const found = verifyOrRefusal(out);
      assert.match(found, /altered|run-unreadable|bundle-name/, name);
    }
    assert.deepEqual(
      readdirSync(folder()).filter((name) => name.includes('escape')),
      [],
    );
  });

  function verifyOrRefusal(path: string): string {
    try {
      return verifyRun(path).state;
    } catch (error) {
      return (error as { readonly code: string }).code;
    }
  }

  it('that claims more than there is costs nothing', async () => {
    await pack();
    const { run: id } = JSON.parse(Buffer.from(openRun(out).files.read('seal.json')).toString()) as {
      run: string;
    };
    const huge = { size: 2 ** 33 - 1, sha256: '0'.repeat(64), sums: '' };
    const body = {
      schema: 'assay-seal-2',
      run: id,
      verdictDigest: null,
      files: { huge },
      root: '',
      digest: '',
    };
    const text = Buffer.from(`${canonical(body as unknown as Json)}\n`);
    writeFileSync(out, Buffer.concat([tarHeader({ name: `${id}/seal.json`, size: text.length }), text]));
    assert.match(verifyOrRefusal(out), /altered|run-unreadable/);
    const header = tarHeader({ name: `${id}/seal.json`, size: 2 ** 33 - 1 });
    writeFileSync(out, Buffer.concat([header, text]));
    assert.match(verifyOrRefusal(out), /altered|run-unreadable/);
  });

  it('takes no link for a file of the run', async () => {
    mkdirSync(join(run, 'files'), { recursive: true });
    symlinkSync('/dev/zero', join(run, 'files', 'endless.bin'));
    const { state, mismatches } = verifyRun(run);
    assert.equal(state, 'altered');
    assert.match(mismatches[0]?.what ?? '', /link or a device/);
    await assert.rejects(pack(), { code: 'run-altered' });
  });

  it('is not written over what is there, nor of a run that was altered', async () => {
    writeFileSync(out, 'mine');
    await assert.rejects(pack({ force: false }), { code: 'out-exists' });
    assert.equal(readFileSync(out, 'utf8'), 'mine');
    writeFileSync(join(run, 'report.txt'), 'better');
    await assert.rejects(pack(), { code: 'run-altered' });
  });

  describe('signed', () => {
    it('says by whom, and by whom not', async () => {
      const [signer, stranger] = [testSigner(), testSigner()];
      await pack({ signer });
      const keyOf = ({ key }: Signer) => readPublicKey(key.pem, 'key');
      assert.equal(verifyRun(out).authorship.state, 'embedded');
      assert.deepEqual(verifyRun(out, [keyOf(signer)]).authorship, {
        state: 'trusted',
        keyId: signer.key.id,
        keyType: 'ed25519',
      });
      const other = verifyRun(out, [keyOf(stranger)]);
      assert.equal(other.state, 'altered');
      assert.equal(other.authorship.state, 'invalid');
    });

    it('is not taken for signed where nobody did, though a key was given', async () => {
      await pack();
      assert.equal(verifyRun(out).authorship.state, 'unsigned');
      assert.equal(verifyRun(out, [testSigner().key]).state, 'altered');
    });

    it('does not carry over to another run', async () => {
      const signer = testSigner();
      await pack({ signer });
      const other = (await runTiny(folder(), { seed: 8 })).runDir;
      for (const name of ['seal.dsse.json', 'signer.pem']) {
        writeFileSync(join(other, name), readFileSync(join(run, name)));
      }
      assert.deepEqual(verifyRun(other).authorship, {
        state: 'invalid',
        why: 'is over another seal than the one that is here',
      });
    });

    it('stays as it is: neither another key nor a new report goes over it', async () => {
      await pack({ signer: testSigner() });
      await assert.rejects(pack({ signer: testSigner() }), { code: 'run-signed' });
    });
  });
});
