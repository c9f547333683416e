import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { skipBecause } from '../../contracts/skip.ts';
import { OpensslAuthority } from '#engine/signing/openssl-authority.fixture.ts';
import { checkTimeStamp, timeStampRequest } from '#engine/signing/time-stamp.ts';

describe('RFC 3161 time stamp', () => {
  const message = new TextEncoder().encode('the signature of a run');
  const folders: string[] = [];
  let [response, root, stranger] = [new Uint8Array(), new Uint8Array(), new Uint8Array()];

  const authority = () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-tsa-'));
    folders.push(folder);
    return new OpensslAuthority(folder);
  };
  const der = (pem: string) => new X509Certificate(readFileSync(pem)).raw;

  before(async function () {
    if (spawnSync('openssl', ['version']).status !== 0) skipBecause(this, 'no openssl on PATH');
    const one = authority();
    response = new Uint8Array(one.stamp(await timeStampRequest(message)));
    root = new Uint8Array(der(one.root));
    stranger = new Uint8Array(der(authority().root));
  });
  after(() => folders.forEach((folder) => rmSync(folder, { recursive: true })));

  it('of OpenSSL holds over the message, with and without an authority to trust', async () => {
    const stamp = await checkTimeStamp(response, message, [root]);
    assert.equal(stamp.chain, 'trusted');
    assert.equal(stamp.authority, 'Test time stamps');
    assert.ok(Math.abs(Date.parse(stamp.at) - Date.now()) < 3_600_000);
    assert.equal((await checkTimeStamp(response, message, [])).chain, 'unchecked');
  });

  it('is refused over another message, from a stranger, and where it is damaged', async () => {
    const other = new TextEncoder().encode('the signature of another run');
    await assert.rejects(checkTimeStamp(response, other, []), { message: /over something else/ });
    await assert.rejects(checkTimeStamp(response, message, [stranger]), { message: /vouches/ });
    for (let at = 0; at < response.length; at += 41) {
      const damaged = Uint8Array.from(response);
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      const result = await checkTimeStamp(damaged, message, [root]).catch((error: unknown) => error);
      if (result instanceof Error)
        assert.equal((result as { code?: string }).code, 'time-stamp', `byte ${at}`);
    }
    await assert.rejects(checkTimeStamp(new Uint8Array(7), message, []), { code: 'time-stamp' });
  });
});
