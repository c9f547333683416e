import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { calm } from '#contracts/rigs.ts';
import { encodeSmp } from '#codecs/smp.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { listGroups } from '#drivers/smp/enumeration.ts';
import {
  closeFile,
  downloadFile,
  fileHash,
  fileHashTypes,
  fileSize,
  uploadFile,
} from '#drivers/smp/files.ts';
import { confirmImage, eraseImage, readImages, readSlots, testImage } from '#drivers/smp/image.ts';
import {
  echo,
  readBootloader,
  readBootMode,
  readBuffers,
  readDateTime,
  readInfo,
  readTasks,
  reset,
  writeDateTime,
} from '#drivers/smp/os.ts';
import { linkTo, managedServer } from '#drivers/smp/server-link.fixture.ts';
import {
  commitSettings,
  loadSettings,
  readSetting,
  removeSetting,
  saveSettings,
  writeSetting,
} from '#drivers/smp/settings.ts';
import { runShell } from '#drivers/smp/shell.ts';
import { listStatistics, readStatistics } from '#drivers/smp/statistics.ts';
import { uploadImage } from '#drivers/update/smp-upload.ts';
import { referenceImage } from '#virtual/mcuboot/reference.ts';
import { SimClock } from '#virtual/sim-clock.ts';

const refused = (got: RegExp) => ({ name: 'PeerError', code: 'smp-refused', got });

describe('SMP groups, client and virtual server', () => {
  for (const version of [1, 2] as const) {
    describe(`version ${version}`, () => {
      it('os: echo, info, boot loader, buffers, threads, restart', async () => {
        const { client, seen } = managedServer(version);
        assert.equal(await echo(client, 'hello', calm()), 'hello');
        assert.equal(await readInfo(client, 's', calm()), 'Zephyr');
        await assert.rejects(
          readInfo(client, 'z', calm()),
          refused(version === 1 ? /EINVAL/ : /INVALID_FORMAT/),
        );
        assert.equal(await readBootloader(client, calm()), 'MCUboot');
        assert.deepEqual(await readBootMode(client, calm()), { mode: 3, noDowngrade: true });
        assert.deepEqual(await readBuffers(client, calm()), { size: 1024, count: 4 });
        const [main] = await readTasks(client, calm());
        assert.deepEqual(main, { name: 'main', priority: 0, stackUsed: 128, stackSize: 512 });
        await reset(client, { ...calm(), force: true, bootMode: 1 });
        assert.equal(seen.resets, 1);
        await assert.rejects(readDateTime(client, calm()), refused(/ENOTSUP/));
        await assert.rejects(writeDateTime(client, '2026-01-31T12:00:00', calm()), refused(/ENOTSUP/));
      });

      it('image: state, upload, test, confirm, erase, slots', async () => {
        const { client } = managedServer(version);
        const [golden] = await readImages(client, calm());
        assert.equal(golden?.active, true);
        assert.equal((await confirmImage(client, undefined, calm()))[0]?.confirmed, true);
        const image = referenceImage({ version: '9.9.0', size: 5000 });
        assert.equal((await uploadImage(client, image, calm())).accepted, true);
        const listed = (await readImages(client, calm())).find(({ slot }) => slot === 1);
        const id = Uint8Array.from(Buffer.from(listed?.hash ?? '', 'hex'));
        const marked = await testImage(client, id, calm());
        assert.equal(marked.find(({ slot }) => slot === 1)?.pending, true);
        await assert.rejects(
          confirmImage(client, id, calm()),
          refused(version === 1 ? /EBADSTATE/ : /PENDING/),
        );
        await eraseImage(client, undefined, calm());
        assert.equal((await readImages(client, calm())).length, 1);
        await assert.rejects(
          eraseImage(client, 7, calm()),
          refused(version === 1 ? /EINVAL/ : /INVALID_SLOT/),
        );
        const sizes = await readSlots(client, calm());
        assert.deepEqual(
          sizes.map(({ slot }) => slot),
          [0, 1],
        );
        assert.ok((sizes[0]?.size ?? 0) > 100_000);
      });

      it('files: up, down, size, hashes, close, and refusals', async () => {
        const { client } = managedServer(version);
        const content = Uint8Array.from({ length: 3001 }, (_, index) => (index * 7) & 0xff);
        const steps: number[] = [];
        await uploadFile(client, '/lfs1/x.bin', content, {
          ...calm(),
          onProgress: (sent) => steps.push(sent),
        });
        assert.ok(steps.length > 2 && steps.at(-1) === content.length);
        assert.deepEqual(await downloadFile(client, '/lfs1/x.bin', calm()), content);
        assert.equal(await fileSize(client, '/lfs1/x.bin', calm()), content.length);
        assert.deepEqual(await fileHashTypes(client, calm()), ['crc32', 'sha256']);
        const sha = await fileHash(client, '/lfs1/x.bin', 'sha256', calm());
        assert.deepEqual(sha, Uint8Array.from(hash('sha256', content, 'buffer')));
        assert.equal(typeof (await fileHash(client, '/lfs1/x.bin', 'crc32', calm())), 'number');
        await uploadFile(client, '/lfs1/empty', new Uint8Array(), calm());
        assert.equal((await downloadFile(client, '/lfs1/empty', calm())).length, 0);
        await closeFile(client, calm());
        const missing = refused(version === 1 ? /ENOENT/ : /NOT_FOUND/);
        await assert.rejects(downloadFile(client, '/lfs1/none', calm()), missing);
        await assert.rejects(fileSize(client, '/other/x', calm()), missing);
        await assert.rejects(fileSize(client, `/lfs1/${'x'.repeat(64)}`, calm()), { code: 'smp-refused' });
      });

      it('settings: write, read, remove, save, load, commit', async () => {
        const { client } = managedServer(version);
        const value = Uint8Array.of(1, 2, 3);
        await writeSetting(client, 'app/mode', value, calm());
        await commitSettings(client, calm());
        assert.deepEqual(await readSetting(client, 'app/mode', calm()), value);
        await saveSettings(client, calm());
        await removeSetting(client, 'app/mode', calm());
        const missing = refused(version === 1 ? /ENOENT/ : /KEY_NOT_FOUND/);
        await assert.rejects(readSetting(client, 'app/mode', calm()), missing);
        await assert.rejects(removeSetting(client, 'app/mode', calm()), missing);
        await loadSettings(client, calm());
        assert.deepEqual(await readSetting(client, 'app/mode', calm()), value);
        await assert.rejects(readSetting(client, 'x'.repeat(32), calm()), { code: 'smp-refused' });
      });

      it('shell, statistics, enumeration', async () => {
        const { client } = managedServer(version);
        assert.deepEqual(await runShell(client, ['kernel', 'version'], calm()), {
          output: 'Zephyr version 4.4.0\r\n',
          status: 0,
        });
        assert.equal((await runShell(client, ['rm', '-rf'], calm())).status, -8);
        assert.match((await runShell(client, ['kernel uptime'], calm())).output, /^Uptime: \d+ ms/);
        await assert.rejects(runShell(client, [''], calm()), { code: 'smp-refused' });
        await assert.rejects(runShell(client, ['x'.repeat(256)], calm()), { code: 'smp-refused' });
        assert.deepEqual(await listStatistics(client, calm()), ['smp']);
        assert.deepEqual(await readStatistics(client, 'smp', calm()), { requests: 0, answers: 0 });
        await assert.rejects(readStatistics(client, 'toString', calm()), { code: 'smp-refused' });
        assert.deepEqual(await listGroups(client, calm()), [0, 1, 2, 3, 8, 9, 10]);
      });
    });
  }

  it('blames a server whose answers are of the wrong kind', async () => {
    const server = {
      handle: (packet: Uint8Array) => {
        const [first = 0, , , , high = 0, low = 0, sequence = 0, command = 0] = packet;
        const address = { op: (first & 7) + 1, version: 1, group: (high << 8) | low, sequence, command };
        return [encodeSmp(address, [['r', 7]])];
      },
    };
    const client = new SmpClient(linkTo(server), new SimClock());
    const nonsense = { name: 'PeerError', code: 'smp-nonsense' };
    await assert.rejects(echo(client, 'x', calm()), nonsense);
    await assert.rejects(listStatistics(client, calm()), nonsense);
    await assert.rejects(downloadFile(client, '/lfs1/x', calm()), nonsense);
    await assert.rejects(readTasks(client, calm()), nonsense);
    await assert.rejects(readSetting(client, 'x', calm()), nonsense);
  });
});
