import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));

/** Runs `npm run firmware -- ...` with nothing on the PATH, and gives what it complained of. */
function complaint(...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=source', '--import', 'tsx', MAIN, ...args],
    { encoding: 'utf8', env: { PATH: '/nowhere' }, timeout: 60_000 },
  );
  assert.equal(status, 1);
  assert.equal(stdout, '');
  return stderr;
}

describe('npm run firmware', function () {
  this.timeout(60_000);

  for (const [name, args] of [
    ['a chip that it does not know', ['--chip', 'nrf9160']],
    ['an option that it does not know', ['--board', 'microbit']],
  ] as const) {
    it(`says what can be given instead of ${name}`, () => {
      const said = complaint(...args);
      assert.match(said, /the firmware cannot be built so/);
      assert.match(said, args[0] === '--chip' ? /nrf51822, nrf52832, nrf52840/ : /--check, --chip ID/);
    });
  }

  it('says which compiler is missing, where it was looked for, and how to come by it', () => {
    const said = complaint('--chip', 'nrf51822');
    assert.match(said, /the compiler of the reference firmware is missing/);
    assert.match(said, /python3 -m ziglang: not there; zig: not there/);
    assert.match(said, /pip install ziglang==/);
  });
});
