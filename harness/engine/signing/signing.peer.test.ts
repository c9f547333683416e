import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { skipBecause } from '../../contracts/skip.ts';
import { read, readersMissing } from '../../../reports/formats/peers/readers.fixture.ts';
import { makeBundle } from '#engine/bundle/make-bundle.ts';
import { folderFiles } from '#engine/bundle/run-files.ts';
import { checkStamp, stampedBytes } from '#engine/signing/check-stamp.ts';
import { externalSigner } from '#engine/signing/external-signer.ts';
import { readPublicKey, readSigner, type Signer } from '#engine/signing/keys.ts';
import { OpensslAuthority } from '#engine/signing/openssl-authority.fixture.ts';
import { timeStampRequest } from '#engine/signing/time-stamp.ts';
import { runTiny, temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { verifyRun } from '#engine/verify.ts';

function keyPem(type: 'ed25519' | 'P-256'): string {
  const { privateKey } =
    type === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: type });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('signatures and time stamps of a run, checked by others', function () {
  this.timeout(180_000);
  const folder = temporaryFolder();
  let run = '';
  let out = '';

  beforeEach(async () => {
    run = (await runTiny(folder())).runDir;
    out = join(folder(), 'run.assay.tar');
  });

  const pack = (signer: Signer | null, timeStamp: Uint8Array | null = null) =>
    makeBundle(run, { signer, timeStamp, out, force: true });

  describe('by securesystemslib and the in-toto framework', () => {
    before(function () {
      const missing = readersMissing();
      if (missing !== null) skipBecause(this, missing);
    });

    for (const type of ['ed25519', 'P-256'] as const) {
      it(`${type}: the envelope verifies, its statement is a test result over the seal`, async () => {
        const signer = readSigner(keyPem(type), 'key');
        await pack(signer);
        const [envelope, key] = [join(run, 'seal.dsse.json'), join(run, 'signer.pem')];
        const said = read('dsse', envelope, key) as Readonly<Record<string, unknown>>;
        assert.deepEqual(said['accepted'], [signer.key.id]);
        assert.equal(said['type'], 'https://in-toto.io/attestation/test-result/v0.1');
        assert.deepEqual((said['subjects'] as readonly string[]).slice(0, 2), ['seal.json', 'merkle-root']);
        writeFileSync(key, readSigner(keyPem(type), 'other').key.pem);
        assert.throws(() => read('dsse', envelope, key));
      });
    }

    it('RFC 3161: rfc3161-client finds the same time in the kept token', async function () {
      if (spawnSync('openssl', ['version']).status !== 0) skipBecause(this, 'no openssl on PATH');
      const authority = new OpensslAuthority(folder());
      await pack(readSigner(keyPem('ed25519'), 'key'));
      const message = stampedBytes(folderFiles(run));
      await pack(null, authority.stamp(await timeStampRequest(message)));
      const stamp = await checkStamp(folderFiles(run), []);
      assert.ok(stamp !== null && 'at' in stamp);
      const said = read('time-stamp', join(run, 'seal.tsr'), join(run, 'seal.dsse.json'), authority.root);
      assert.equal(Date.parse((said as { readonly at: string }).at), Date.parse(stamp.at));
    });
  });

  describe('by a command', () => {
    before(function () {
      if (spawnSync('openssl', ['version']).status !== 0) skipBecause(this, 'no openssl on PATH');
    });

    function opensslSigner(type: 'ed25519' | 'P-256', command: (key: string) => string): Signer {
      const key = join(folder(), 'key.pem');
      writeFileSync(key, keyPem(type));
      const pub = execFileSync('openssl', ['pkey', '-in', key, '-pubout'], { encoding: 'utf8' });
      return externalSigner(command(key), readPublicKey(pub, 'key'));
    }

    it('OpenSSL signs, and the signature holds', async () => {
      await pack(opensslSigner('P-256', (key) => `openssl dgst -sha256 -sign ${key}`));
      assert.equal(verifyRun(out).authorship.state, 'embedded');
    });

    it('that fails, or signs something else, is refused and leaves the run unsigned', async () => {
      for (const command of ['false', 'echo no', 'openssl rand 64']) {
        await assert.rejects(pack(opensslSigner('ed25519', () => command)), { code: 'sign-command' });
      }
      assert.equal(verifyRun(run).authorship.state, 'unsigned');
      assert.equal(verifyRun(run).state, 'intact');
      assert.doesNotMatch(readFileSync(join(run, 'seal.json'), 'utf8'), /PRIVATE KEY/);
    });
  });
});
