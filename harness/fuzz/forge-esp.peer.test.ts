import assert from 'node:assert/strict';
import { base64, EsptoolProcess } from '#codecs/peers/esptool/process.ts';
import { readInfo } from '#codecs/peers/esptool/info.ts';
import { skipBecause } from '#contracts/skip.ts';
import { espForgeries } from '#fuzz/forge-esp.ts';
import { forgeryName, type Forgery } from '#fuzz/forgery.ts';
import { buildImage } from '../../boards/esp32-devkitc/firmware.ts';
import { testKeys } from '../../boards/esp32-devkitc/keys.ts';
import { SLOT_SIZE } from '../../boards/esp32-devkitc/layout.ts';

const SLOW = 180_000;
const spec = { version: '1.4.0', seed: 3 };
const base = buildImage(spec).bytes;
const material = {
  keys: testKeys,
  areaSize: SLOT_SIZE,
  build: (change: object) => buildImage({ ...spec, ...change }).bytes,
};

/** Where espsecure sees it otherwise than chip and format, and why. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'size-lies/trailing-bytes': 'it takes the last sector of the file for that of the signature',
  'size-lies/trailing-image': 'it takes the last sector of the file for that of the signature',
  'product/other-chip-trailing': 'it takes the last sector of the file for that of the signature',
  'unsigned/block-of-other-scheme': 'it verifies with the kind of the key it is given',
  'foreign-key/lied-constants': 'it verifies with the key it is given and looks at no constants',
  'foreign-key/second-block-good': 'it takes any of three blocks, as the later chips do',
  'product/not-an-image': 'it verifies files of any content',
};

describe('forged ESP-IDF images beside esptool and espsecure', function () {
  this.timeout(SLOW);
  let tools: EsptoolProcess | null = null;

  before(async function () {
    tools = (await EsptoolProcess.start())?.tools ?? null;
    if (tools === null) skipBecause(this, 'no python with esptool 5; set ASSAY_ESPTOOL_PYTHON');
  });
  after(() => tools?.stop());

  async function ask(what: 'verify' | 'info', image: Uint8Array) {
    assert.ok(tools !== null);
    const request = { version: '2', image: base64(image), key: testKeys.signing.pem };
    return tools.ask(what, request);
  }

  function signed({ intact }: Forgery): boolean {
    return intact.includes('signature') && intact.includes('trusted-key');
  }

  for (const forgery of espForgeries) {
    const name = forgeryName(forgery);
    it(`${name}: espsecure and esptool find intact what the catalogue says`, async () => {
      const image = forgery.forge(base, material);
      const { ok } = await ask('verify', image);
      assert.equal(ok, signed(forgery) !== Object.hasOwn(ELSEWHERE, name), ELSEWHERE[name]);
      if (!forgery.intact.includes('structure')) return;
      const info = readInfo((await ask('info', image)).lines);
      assert.equal(info.checksum[1], forgery.intact.includes('checksum'));
      assert.equal(info.digest === true, forgery.intact.includes('hash'));
    });
  }

  it('the base is sound to them', async () => {
    assert.equal((await ask('verify', base)).ok, true);
  });
});
