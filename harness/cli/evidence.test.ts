import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTiny, temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { assay } from './fake-streams.fixture.ts';

interface Verified {
  readonly state: string;
  readonly authorship: { readonly state: string; readonly keyId?: string };
  readonly mismatches: readonly { readonly file: string; readonly at?: number }[];
  readonly timeStamp: unknown;
}

describe('command line: bundle, verify, diff', () => {
  const folder = temporaryFolder();
  let run = '';
  let out = '';

  beforeEach(async () => {
    run = (await runTiny(folder())).runDir;
    out = join(folder(), 'run.assay.tar');
  });

  /** Paths of a private key and its public half. */
  function keyFiles(): readonly [string, string] {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const paths = [join(folder(), 'key.pem'), join(folder(), 'pub.pem')] as const;
    writeFileSync(paths[0], privateKey.export({ type: 'pkcs8', format: 'pem' }));
    writeFileSync(paths[1], publicKey.export({ type: 'spki', format: 'pem' }));
    return paths;
  }

  async function verified(...args: readonly string[]): Promise<Verified & { readonly exitCode: number }> {
    const { exitCode, stdout } = await assay('verify', ...args, '--json');
    return { ...(JSON.parse(stdout) as Verified), exitCode };
  }

  it('packs beside the run folder, and verifies the file alone', async () => {
    const packed = await assay('bundle', run);
    assert.equal(packed.exitCode, 0, packed.stderr);
    assert.match(packed.stdout, /Merkle root [\da-f]{64}/);
    assert.equal((await verified(`${run}.assay.tar`)).exitCode, 0);
    assert.equal((await assay('bundle', run)).exitCode, 64);
    assert.equal((await assay('bundle', run, '--force')).exitCode, 0);
  });

  it('signs, says by whom, and tells a stranger from the key that was given', async () => {
    const [key, pub] = keyFiles();
    const packed = await assay('bundle', run, '--key', key, '--out', out);
    assert.equal(packed.exitCode, 0, packed.stderr);
    assert.equal((await verified(out)).authorship.state, 'embedded');
    const trusted = await verified(out, '--key', pub);
    assert.deepEqual([trusted.exitCode, trusted.authorship.state], [0, 'trusted']);
    const [, stranger] = keyFiles();
    const other = await verified(out, '--key', stranger);
    assert.deepEqual([other.exitCode, other.authorship.state], [1, 'invalid']);
    const text = await assay('verify', out);
    assert.match(text.stdout, /signed by whoever holds ed25519 [\da-f]{64}: compare this/);
  });

  it('names the byte of the bundle that was altered', async () => {
    await assay('bundle', run, '--out', out);
    const bytes = Uint8Array.from(readFileSync(out));
    const at = bytes.length - 3000;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(out, bytes);
    const { exitCode, mismatches } = await verified(out);
    assert.equal(exitCode, 1);
    assert.ok(mismatches.some((mismatch) => mismatch.at === at));
    assert.match((await assay('verify', out)).stdout, new RegExp(`byte ${at} of the bundle`));
  });

  it('writes a time-stamp request over the signature, and keeps no answer that is none', async () => {
    const request = join(folder(), 'request.tsq');
    const [key] = keyFiles();
    await assay('bundle', run, '--key', key, '--out', out, '--time-stamp-request', request);
    assert.ok(readFileSync(request).length > 50);
    const refused = await assay('bundle', run, '--out', out, '--force', '--time-stamp', request);
    assert.equal(refused.exitCode, 64);
    assert.match(refused.stderr, /time stamp/);
    assert.ok(!existsSync(join(run, 'seal.tsr')));
  });

  it('refuses keys and options that do not fit, and quotes none of them', async () => {
    const secret = join(folder(), 'secret.pem');
    writeFileSync(secret, '-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXNlY3JldA==\n-----END PRIVATE KEY-----\n');
    const [, pub] = keyFiles();
    for (const args of [
      ['--key', secret],
      ['--key', pub],
      ['--sign-with', 'true'],
      ['--public-key', pub],
    ]) {
      const { exitCode, stderr } = await assay('bundle', run, '--out', out, ...args);
      assert.equal(exitCode, 64, args.join(' '));
      assert.doesNotMatch(stderr, /c2VjcmV0/);
    }
    assert.equal((await assay('verify', run, '--key', secret)).exitCode, 64);
    assert.ok(!existsSync(out));
  });

  it('does not report into a run that is signed', async () => {
    const [key] = keyFiles();
    await assay('bundle', run, '--key', key, '--out', out);
    const { exitCode, stderr } = await assay('report', run, '--format', 'summary');
    assert.equal(exitCode, 64);
    assert.match(stderr, /signed/);
    assert.equal((await verified(run)).exitCode, 0);
  });

  it('compares folders and bundles: 0 where every verdict is the same, 1 where not', async () => {
    await assay('bundle', run, '--out', out);
    const same = await assay('diff', run, out);
    assert.equal(same.exitCode, 0, same.stderr);
    assert.match(same.stdout, /4 same/);
    const other = (await runTiny(folder(), { seed: 8, selection: { scenarios: ['rollback/tiny/first'] } }))
      .runDir;
    const page = join(folder(), 'diff.html');
    const differs = await assay('diff', run, other, '--out', page);
    assert.equal(differs.exitCode, 1);
    assert.match(differs.stdout, /the runs: seed 7 -> 8/);
    assert.match(differs.stdout, /only-before/);
    assert.match(readFileSync(page, 'utf8'), /Only in the first run/);
    const json = JSON.parse((await assay('diff', run, other, '--json')).stdout) as { readonly same: boolean };
    assert.equal(json.same, false);
    assert.equal((await assay('diff', run, folder())).exitCode, 64);
  });

  it('lets nothing act on the terminal that stands in a name, a record or an answer', async () => {
    const name = 'a\u001b[2J\u009b31m\u202eb.txt';
    writeFileSync(join(run, name), 'x');
    for (const args of [[], ['--json']]) {
      const { exitCode, stdout } = await assay('verify', run, ...args);
      assert.equal(exitCode, 1);
      assert.match(stdout, /was added after the run was sealed/);
      assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }
    const { stderr } = await assay('bundle', run, '--out', out);
    assert.doesNotMatch(stderr.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  });
});
