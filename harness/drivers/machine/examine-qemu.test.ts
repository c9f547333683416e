import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calm } from '#contracts/rigs.ts';
import { qemuEquipment } from '#drivers/machine/examine-qemu.ts';

describe('drivers/machine/examine-qemu', () => {
  it('tells an emulator that is new enough from one that is old or missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-qemu-'));
    const stateOf = async (line: string) => {
      const program = join(folder, 'qemu');
      writeFileSync(program, `#!/bin/sh\necho '${line}'\n`);
      chmodSync(program, 0o755);
      return (await qemuEquipment(program).examine(calm().signal))[0]?.state;
    };
    assert.equal(await stateOf('QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)'), 'well');
    assert.equal(await stateOf('QEMU emulator version 10.0.2'), 'well');
    assert.equal(await stateOf('QEMU emulator version 6.2.0'), 'doubtful');
    assert.equal(await stateOf('QEMU emulator version 5.2.0'), 'broken');
    assert.equal(await stateOf('something else'), 'doubtful');
    const [missing] = await qemuEquipment(join(folder, 'none')).examine(calm().signal);
    assert.equal(missing?.state, 'broken');
    rmSync(folder, { recursive: true });
  });
});
