import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calm } from '#contracts/rigs.ts';
import type { Found } from '#core/found.ts';
import { findProbes } from '#drivers/discover/debug-probes.ts';
import { foundPort, knownDevice } from '#drivers/usb/known-devices.ts';
import { benchSource } from '#engine/discover/bench-source.ts';
import { discoverEquipment } from '#engine/discover/discover.ts';
import { modulePath } from '#engine/discovery.ts';
import { loadBench } from '#engine/load-bench.ts';

const JLINK = foundPort(
  '/dev/serial/by-id/usb-SEGGER_J-Link_1-if00',
  'SEGGER 1',
  knownDevice({ vendor: '1366', product: '1051' }),
);
const ESP = foundPort(
  '/dev/serial/by-id/usb-Silicon_Labs-if00',
  'CP2102',
  knownDevice({ vendor: '10c4', product: 'ea60' }),
);
const KIT = foundPort(
  '/dev/serial/by-id/usb-Nordic_PPK2-if01',
  'Nordic',
  knownDevice({ vendor: '1915', product: 'c00a' }),
);
const STRANGE = foundPort("/dev/tty'x */", '', knownDevice({ vendor: 'ffff', product: 'ffff' }));

describe('engine/discover', () => {
  it('asks every finder, and none of them fails here', async () => {
    const { found, remarks } = await discoverEquipment(calm().signal);
    assert.ok(found.length > 0 || remarks.length > 0);
    for (const { id, title } of found) assert.ok(id !== '' && title !== '');
    for (const remark of remarks) assert.doesNotMatch(remark, /not found:/);
  });

  it('knows what hangs on a port by its ids', () => {
    assert.deepEqual(
      [JLINK.board, ESP.board, KIT.kind, STRANGE.board],
      ['nrf52840-dk', 'esp32-devkitc', 'instrument', undefined],
    );
    assert.equal(STRANGE.title, 'serial port');
  });

  it('finds probes as the operating system lists them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-usb-'));
    const devices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      '1-1': { idVendor: '1366', idProduct: '1051', product: 'J-Link', serial: '000683000000' },
      '1-2': { idVendor: '2e8a', idProduct: '000c', product: 'Debug Probe (CMSIS-DAP)', serial: 'E66' },
      '1-3': { idVendor: '0bda', idProduct: '5411', product: '4-Port USB 2.0 Hub' },
      usb1: {},
    };
    for (const [name, files] of Object.entries(devices)) {
      mkdirSync(join(folder, name));
      for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
    }
    const { found } = await findProbes(folder);
    assert.deepEqual(found.map(({ id }) => id).sort(), ['000683000000', 'E66']);
    rmSync(folder, { recursive: true });
    assert.equal((await findProbes(folder)).remarks.length, 1);
  });

  const cases: Readonly<Record<string, readonly [readonly Found[], number]>> = {
    'a DK and an ESP32 on a PPK2': [[JLINK, ESP, KIT], 2],
    'a DK alone, switched by hand': [[JLINK], 1],
    'nothing that is known': [[STRANGE], 0],
    nothing: [[], 0],
  };
  for (const [name, [found, boards]] of Object.entries(cases)) {
    it(`writes a bench file that loads: ${name}`, async () => {
      const file = modulePath(`boards/benches/discovered-${process.pid}-${boards}-${found.length}.local`);
      writeFileSync(file, benchSource(found, 'project'));
      try {
        const bench = await loadBench(file);
        assert.equal(bench.boards.length, boards);
        for (const board of bench.boards) assert.equal(board.kind, 'board');
      } finally {
        rmSync(file);
      }
    });
  }

  it('imports from the package where the file lies elsewhere', () => {
    const text = benchSource([JLINK, KIT], 'package');
    assert.match(text, /from 'assay\/drivers\/power\/ppk2\.js'/);
    assert.match(text, /from 'assay\/boards\/nrf52840-dk\/board\.js'/);
    assert.doesNotMatch(text, /from '#/);
  });
});
