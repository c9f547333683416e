import { readFileSync } from 'node:fs';
import type { Draw } from '#codecs/peers/draw.ts';
import {
  complaint,
  holds,
  type LoaderCase,
  lockedStorage,
  same,
  served,
  someContent,
  somePlace,
  tool,
  usedStorage,
  withContent,
  withFolder,
} from '#drivers/peers/esptool/case.ts';
import { runTool } from '#drivers/peers/esptool/tool.ts';
import { ESP32, ESP32S3, type ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { secureVersion } from '#virtual/esp-idf/fuses.ts';

const MOST = 60_000;
const SECTOR = 0x1000;
const MAC = '02:00:a5:5a:00:01';

/** The vendor's tool on our virtual chips. */
export const TOOL_CASES: readonly (readonly [name: string, compare: LoaderCase])[] = [
  ['esptool detects an ESP32 and its flash chip', detect],
  ['esptool writes compressed through its stub', write()],
  ['esptool reads through its stub', read()],
  ['esptool erases a region through its stub', erase()],
  ['esptool compares a digest', verify],
  ['esptool reads the protections of an ESP32-S3', protections],
  ['espefuse summarises an ESP32', efuses(ESP32)],
  ['esptool writes plain through its stub', write([], ['--no-compress'])],
  ['esptool writes compressed through the ROM', write(['--no-stub'], ['--compress'])],
  ['esptool writes plain through the ROM', write(['--no-stub'])],
  ['esptool reads through the ROM', read(['--no-stub'])],
  ['esptool erases a region through the ROM', erase(['--no-stub'])],
  ['esptool writes to an ESP32-S3 with Secure Boot', write([], [], ESP32S3)],
  ['espefuse summarises an ESP32-S3', efuses(ESP32S3)],
  ['esptool erases the whole chip', eraseAll],
];

function detect(random: Draw): Promise<readonly string[]> {
  return served({ storage: usedStorage(random) }, async (board) => {
    const run = await tool(board, 'flash-id');
    const wanted = ['ESP32-D0WD-V3 (revision v3.1)', MAC, 'Detected flash size: 4MB', 'Stub flasher running'];
    return [
      ...complaint(run),
      ...wanted.flatMap((text) => (run.text.includes(text) ? [] : [`no "${text}"`])),
    ];
  });
}

function write(
  how: readonly string[] = [],
  options: readonly string[] = [],
  model: ChipModel = ESP32,
): LoaderCase {
  return (random) => {
    const content = someContent(random, MOST);
    const at = somePlace(random, content.length);
    const storage = model === ESP32 ? usedStorage(random) : lockedStorage(random, model).storage;
    return withContent(content, (path) =>
      served({ model, storage }, async (board) => {
        const run = await tool(board, ...how, 'write-flash', ...options, String(at), path);
        const verified = run.text.includes('Hash of data verified') ? [] : ['esptool did not verify'];
        return [...complaint(run), ...verified, ...same('flash holds it', holds(storage, at, content), true)];
      }),
    );
  };
}

function read(how: readonly string[] = []): LoaderCase {
  return (random) => {
    const content = someContent(random, how.length === 0 ? MOST : 3000);
    const at = somePlace(random, content.length);
    const storage = usedStorage(random);
    storage.erase(at, Math.ceil(content.length / SECTOR) * SECTOR);
    storage.write(at, content.subarray(0, content.length - (content.length % 4)));
    return withFolder((path) =>
      served({ storage }, async (board) => {
        const args = ['read-flash', String(at), String(content.length), path('read.bin')];
        const run = await tool(board, ...how, ...args);
        if (!run.ok) return complaint(run);
        return same('read back', holds(storage, at, readFileSync(path('read.bin'))), true);
      }),
    );
  };
}

function erase(how: readonly string[] = []): LoaderCase {
  return (random) => {
    const length = (1 + random.below(8)) * SECTOR;
    const at = somePlace(random, length + SECTOR);
    const storage = usedStorage(random);
    const before = storage.bytes[at + length];
    return served({ storage }, async (board) => {
      const run = await tool(board, ...how, 'erase-region', String(at), String(length));
      const isBlank = storage.bytes.subarray(at, at + length).every((byte) => byte === 0xff);
      return [
        ...complaint(run),
        ...same('erased', isBlank, true),
        ...same('the byte behind', storage.bytes[at + length], before),
      ];
    });
  };
}

function eraseAll(random: Draw): Promise<readonly string[]> {
  const storage = usedStorage(random);
  return served({ storage }, async (board) => {
    const run = await tool(board, 'erase-flash');
    return [
      ...complaint(run),
      ...same(
        'erased',
        storage.bytes.every((byte) => byte === 0xff),
        true,
      ),
    ];
  });
}

/** Once as it is, once with a byte turned. */
function verify(random: Draw): Promise<readonly string[]> {
  const content = someContent(random, MOST);
  const at = somePlace(random, content.length);
  const storage = usedStorage(random);
  storage.erase(at, Math.ceil(content.length / SECTOR) * SECTOR);
  const whole = content.length - (content.length % 4);
  storage.write(at, content.subarray(0, whole));
  const right = content.slice(0, whole);
  const wrong = right.map((byte, i) => (i === whole >> 1 ? byte ^ 1 : byte));
  const verdict = (bytes: Uint8Array) =>
    withContent(bytes, (path) =>
      served({ storage }, (board) => tool(board, 'verify-flash', String(at), path)),
    );
  return verdict(right).then(async (first) => {
    const second = await verdict(wrong);
    return [...complaint(first), ...same('a turned byte is found', second.ok, false)];
  });
}

function protections(random: Draw): Promise<readonly string[]> {
  const { storage } = lockedStorage(random, ESP32S3);
  return served({ model: ESP32S3, storage }, async (board) => {
    const run = await tool(board, 'get-security-info');
    const wanted = [
      'Flags: 0x00000031',
      'Chip ID: 9',
      'Secure Boot: Enabled',
      'BLOCK_KEY0 - SECURE_BOOT_DIGEST0',
    ];
    return [
      ...complaint(run),
      ...wanted.flatMap((text) => (run.text.includes(text) ? [] : [`no "${text}"`])),
    ];
  });
}

function efuses(model: ChipModel): LoaderCase {
  return (random) => {
    const { storage, digest } = lockedStorage(random, model);
    return served({ model, storage }, async (board) => {
      const args = ['--port', board.path, '--after', 'no-reset', 'summary', '--format', 'value_only'];
      const ask = (name: string) => runTool('espefuse', [...args, name]);
      const names = model === ESP32 ? ['ABS_DONE_1', 'BLOCK2'] : ['SECURE_BOOT_EN', 'BLOCK_KEY0'];
      const [on, key, version] = [
        await ask(names[0] ?? ''),
        await ask(names[1] ?? ''),
        await ask('SECURE_VERSION'),
      ];
      const burned = secureVersion(storage);
      const hex = Buffer.from(digest)
        .toString('hex')
        .replaceAll(/..(?=.)/g, '$& ');
      return [
        ...complaint(on),
        ...same('Secure Boot', /^True$/m.test(on.text), true),
        ...same('key digest', key.text.includes(hex), true),
        ...same('secure version', Number(/^\d+$/m.exec(version.text)?.[0] ?? -1), 2 ** burned - 1),
        ...same('writes to the eFuse controller', board.loader.efuseWrites, 0),
      ];
    });
  };
}
