import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';

function bench(...args: readonly string[]) {
  const node = ['--conditions=source', '--import', 'tsx', 'harness/cli/bench.ts', ...args];
  // Its other tool is left out: how long that takes is not what is tested.
  const env = { ...process.env, ASSAY_IMGTOOL: 'no-such-tool' };
  return spawnSync(process.execPath, node, { encoding: 'utf8', env });
}

describe('benchmarks', () => {
  it('images: every scheme, and the figure in the last line', () => {
    const { status, stdout, stderr } = bench('images');
    assert.equal(status, 0, stderr);
    const lines = stdout.trimEnd().split('\n');
    for (const scheme of ['rsa-2048', 'rsa-3072', 'ecdsa-p256', 'ecdsa-p384', 'ed25519']) {
      assert.ok(
        lines.some((line) => line.startsWith(`${scheme}: `) && line.includes('no ratio')),
        stdout,
      );
    }
    assert.match(lines.at(-1) ?? '', /^images \d+ \/s$/);
  });

  it('names what there is where the benchmark is unknown', () => {
    const { status, stderr } = bench('image');
    assert.equal(status, 64);
    assert.match(stderr, /did you mean images\?/);
  });
});
