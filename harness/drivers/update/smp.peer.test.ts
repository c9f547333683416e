import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Channel } from '#core/capabilities.ts';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { buildImage, firmware } from '../../../boards/nrf52840-dk/firmware.ts';
import { virtualNrf52840Dk } from '../../../boards/nrf52840-dk/virtual.ts';

const run = promisify(execFile);
const SCRIPT = new URL('smp-peer.py', import.meta.url).pathname;
const newer = buildImage({ version: '1.3.0' });

/** What the peer client saw; see `smp-peer.py`. */
interface Seen {
  readonly buf_size: number;
  readonly echo: string;
  readonly offsets: readonly number[];
  readonly refused: readonly number[];
  readonly before: readonly SlotSeen[];
  readonly uploaded: readonly SlotSeen[];
  readonly marked: readonly SlotSeen[];
  readonly tried: readonly SlotSeen[];
  readonly kept: readonly SlotSeen[];
}

interface SlotSeen {
  readonly slot: number;
  readonly version: string;
  readonly hash: string;
  readonly active: boolean;
  readonly confirmed: boolean;
  readonly pending: boolean;
}

async function peerPython(): Promise<string | null> {
  for (const python of [process.env['ASSAY_PEER_PYTHON'], 'python3']) {
    if (python === undefined) continue;
    try {
      await run(python, ['-c', 'import smpclient.transport.serial']);
      return python;
    } catch {
      continue;
    }
  }
  return null;
}

/** Carries a board's UART over a TCP port until closed. */
async function serve(channel: Channel): Promise<{ port: number; close(): void }> {
  let client: Socket | null = null;
  const server = createServer((socket) => {
    client = socket;
    socket.on('data', (data) => void channel.write(data, calm()));
    socket.on('error', () => socket.destroy());
  });
  const forward = async () => {
    for await (const chunk of channel.incoming) client?.write(chunk);
  };
  void forward();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const close = () => {
    client?.destroy();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

const active = (slots: readonly SlotSeen[]) => slots.find((slot) => slot.active);

describe('SMP, seen by smpclient (a peer that shares no code with us)', function () {
  this.timeout(60_000);

  it('lists, echoes, uploads, tries and keeps an update on the virtual board', async function () {
    const python = await peerPython();
    if (python === null) skipBecause(this, 'no python with smpclient; set ASSAY_PEER_PYTHON');
    await using rig = await prepared(() => virtualNrf52840Dk().open(calm()), 'channel', 'identity');
    const folder = await mkdtemp(join(tmpdir(), 'assay-peer-'));
    const uart = await serve(rig.channel);
    try {
      const file = join(folder, 'image.bin');
      await writeFile(file, newer.bytes);
      const { stdout } = await run(python, [SCRIPT, String(uart.port), file], { timeout: 50_000 });
      check(JSON.parse(stdout) as Seen);
    } finally {
      uart.close();
      await rm(folder, { recursive: true });
    }
    const kept = runs(await rig.identity.read(calm()));
    assert.deepEqual([kept.identity, kept.confirmed], [newer.identity, true]);
  });
});

function check(seen: Seen): void {
  const { golden } = firmware;
  assert.deepEqual([seen.buf_size, seen.echo], [1024, 'peer speaking']);
  assert.deepEqual(seen.before.length, 1);
  assert.deepEqual([active(seen.before)?.hash, active(seen.before)?.confirmed], [golden.identity, true]);
  assert.equal(seen.offsets.at(-1), newer.bytes.length);
  assert.equal(seen.uploaded.find(({ slot }) => slot === 1)?.hash, newer.identity);
  assert.equal(seen.marked.find(({ slot }) => slot === 1)?.pending, true);
  assert.deepEqual(seen.refused, [1, 8]);
  assert.deepEqual([active(seen.tried)?.hash, active(seen.tried)?.confirmed], [newer.identity, false]);
  assert.deepEqual([active(seen.kept)?.hash, active(seen.kept)?.confirmed], [newer.identity, true]);
}
