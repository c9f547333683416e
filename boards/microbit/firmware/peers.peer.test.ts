import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createPublicKey } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { serveChannel } from '#drivers/channel/serve-channel.ts';
import { qemuThere } from '../qemu-there.fixture.ts';
import { qemuReference } from '../reference.ts';
import { nrf51822 } from './chips.ts';
import { rsaTestKeys } from './keys.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../../harness/drivers/update/smp-peer.py', import.meta.url));
const BUILT = fileURLToPath(new URL(`build/${nrf51822.id}/`, import.meta.url));

interface SlotSeen {
  readonly slot: number;
  readonly hash: string;
  readonly active: boolean;
  readonly confirmed: boolean;
  readonly pending: boolean;
}

/** What the peer client saw; see `smp-peer.py`. */
interface Seen {
  readonly buf_size: number;
  readonly echo: string;
  readonly offsets: readonly number[];
  readonly marked: readonly SlotSeen[];
  readonly tried: readonly SlotSeen[];
  readonly kept: readonly SlotSeen[];
}

describe('boards/microbit/firmware, seen by other people’s tools', function () {
  this.timeout(120_000);
  let folder = '';
  before(async function () {
    if (!existsSync(BUILT)) skipBecause(this, 'the firmware is not built: npm run firmware');
    folder = await mkdtemp(join(tmpdir(), 'assay-firmware-peer-'));
  });
  after(async () => {
    if (folder !== '') await rm(folder, { recursive: true });
  });

  it('its signed images are accepted by imgtool verify', async function () {
    const imgtool = process.env['ASSAY_IMGTOOL'];
    if (imgtool === undefined) skipBecause(this, 'no imgtool; set ASSAY_IMGTOOL');
    const key = join(folder, 'key.pem');
    await writeFile(key, createPublicKey(rsaTestKeys.signing.pem).export({ format: 'pem', type: 'spki' }));
    for (const version of ['1.2.0', '1.3.0']) {
      const image = join(BUILT, `signed/app-${version}.bin`);
      const { stdout } = await run(imgtool, ['verify', '--key', key, image]);
      assert.match(stdout, new RegExp(`Image version: ${version}`));
    }
  });

  it('smpclient uploads, tries and confirms an update on the machine code in QEMU', async function () {
    if (!qemuThere()) skipBecause(this, 'no qemu-system-arm: apt-get install qemu-system-arm');
    const python = process.env['ASSAY_PEER_PYTHON'];
    if (python === undefined) skipBecause(this, 'no python with smpclient; set ASSAY_PEER_PYTHON');
    const entry = qemuReference();
    const newer = entry.facts.firmware.build({ version: '1.3.0' });
    const file = join(folder, 'image.bin');
    await writeFile(file, newer.bytes);
    await using rig = await prepared(() => entry.open(calm()), 'channel', 'identity');
    const uart = await serveChannel(rig.channel, { kind: 'tcp', port: 0 });
    try {
      const port = uart.where.split(':').at(-1) ?? '';
      const { stdout } = await run(python, [SCRIPT, port, file], { timeout: 100_000 });
      check(JSON.parse(stdout) as Seen, newer.identity, newer.bytes.length);
    } finally {
      await uart.close();
    }
    const kept = runs(await rig.identity.read(calm()));
    assert.deepEqual([kept.identity, kept.confirmed], [newer.identity, true]);
  });
});

function check(seen: Seen, identity: string, length: number): void {
  const active = (slots: readonly SlotSeen[]) => slots.find((slot) => slot.active);
  assert.deepEqual([seen.buf_size, seen.echo], [1024, 'peer speaking']);
  assert.equal(seen.offsets.at(-1), length);
  assert.equal(seen.marked.find(({ slot }) => slot === 1)?.pending, true);
  assert.deepEqual([active(seen.tried)?.hash, active(seen.tried)?.confirmed], [identity, false]);
  assert.deepEqual([active(seen.kept)?.hash, active(seen.kept)?.confirmed], [identity, true]);
}
