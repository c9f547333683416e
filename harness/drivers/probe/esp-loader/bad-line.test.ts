import assert from 'node:assert/strict';
import { encodeEspResponse, ESP_OP } from '#codecs/esp-loader.ts';
import { encodeSlip } from '#codecs/slip.ts';
import { rng } from '#fuzz/rng.ts';
import { WiredLine } from '#drivers/channel/wired-line.fixture.ts';
import { RealClock } from '#drivers/clock.ts';
import { EspLoader } from '#drivers/probe/esp-loader/loader.ts';
import { LoaderLine, type LoaderLineOptions } from '#drivers/probe/esp-loader/loader-line.fixture.ts';
import type { EspLoaderSettings } from '#drivers/probe/esp-loader/prepare.ts';
import { SimClock } from '#virtual/sim-clock.ts';

const calm = { signal: new AbortController().signal };

interface Failure {
  readonly code?: string;
  readonly got?: string;
  readonly remedy?: string;
}

/** The error of an attempt to open a loader; deadlines pass in no time. */
async function failure(line: WiredLine | LoaderLine, settings: EspLoaderSettings = {}): Promise<Failure> {
  try {
    await EspLoader.open(line, new SimClock(), { attempts: 2, ...settings }, calm);
  } catch (error) {
    assert.equal(line.isClosed, true, 'the port is given back');
    return error as Failure;
  }
  return assert.fail('opened');
}

/** Changes every so manieth thing that the board says, from one on. */
function every(many: number, from: number, change: (bytes: Uint8Array) => Uint8Array | null) {
  let said = 0;
  return (bytes: Uint8Array) => (++said >= from && said % many === 0 ? change(bytes) : bytes);
}

describe('drivers/probe/esp-loader on a bad line', () => {
  it('tells a board that is dead from one that starts its application', async () => {
    const dead = await failure(new WiredLine(() => undefined));
    assert.deepEqual([dead.code, dead.got], ['loader-no-sync', 'no byte']);
    assert.match(dead.remedy ?? '', /power/);
    class Deaf extends LoaderLine {
      override setLines(): Promise<boolean> {
        this.say(
          Buffer.from('ets Jul 29 2019\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n'),
        );
        return Promise.resolve(true);
      }
    }
    const running = await failure(new Deaf());
    assert.deepEqual([running.code, running.got], ['loader-wrong-boot', 'boot:0x13']);
  });

  it('shows the last bytes of one that talks of something else: text as text, noise in hex', async () => {
    const chatter = await failure(new WiredLine((_, line) => line.say(Buffer.from('login: '))));
    assert.deepEqual([chatter.code, chatter.got], ['loader-no-sync', 'last bytes: "login:"']);
    const random = rng(1, 'noise');
    const noise = await failure(new WiredLine((_, line) => line.say(random.bytes(90))));
    assert.match(noise.got ?? '', /^last bytes: [0-9a-f]{128}$/);
  });

  it('gives up on one that answers for ever, but not what was asked', async () => {
    const sync = encodeSlip(encodeEspResponse({ op: ESP_OP.sync, value: 1, body: new Uint8Array(4) }));
    const echo = await failure(new WiredLine((_, line) => Array.from({ length: 200 }, () => line.say(sync))));
    assert.equal(echo.code, 'loader-babbles');
    const endless = await failure(new WiredLine((_, line) => line.say(new Uint8Array(100_000).fill(0x41))));
    assert.equal(endless.code, 'loader-no-sync');
  });

  it('ends with a clear error wherever the line starts to lose, cut or turn what the board says', async () => {
    const damages: readonly ((bytes: Uint8Array) => Uint8Array | null)[] = [
      () => null,
      (bytes) => bytes.subarray(0, bytes.length >> 1),
      (bytes) => bytes.map((byte, i) => (i === 3 ? byte ^ 0x10 : byte)),
      (bytes) => Uint8Array.from([...bytes.subarray(0, 4), 0xdb, 0x00, ...bytes.subarray(4)]),
    ];
    const codes = new Set<string | undefined>();
    for (const change of damages) {
      for (let from = 1; from < 36; from += 5) {
        const line = new LoaderLine({ corrupt: every(1, from, change) });
        codes.add((await failure(line)).code);
      }
    }
    const known = ['loader-no-sync', 'loader-silent', 'loader-babbles', 'loader-malformed', 'loader-refused'];
    const more = ['loader-unknown-chip', 'loader-stub-silent', 'loader-wrong-boot'];
    assert.deepEqual(
      [...codes].filter((code) => code === undefined || ![...known, ...more].includes(code)),
      [],
    );
  });

  it('finds damage in what it reads and in what was written', async () => {
    const turned = async (options: LoaderLineOptions, work: (loader: EspLoader) => Promise<unknown>) => {
      const line = new LoaderLine(options);
      const loader = await EspLoader.open(line, new RealClock(), {}, calm);
      await assert.rejects(work(loader), (error: Failure) =>
        /^loader-(digest|read|malformed)$/.test(error.code ?? ''),
      );
      await loader.close();
      assert.equal(line.isClosed, true);
    };
    const flip = (bytes: Uint8Array) =>
      bytes.length > 3000 ? bytes.map((byte, i) => (i === 2000 ? byte ^ 4 : byte)) : bytes;
    await turned({ corrupt: flip }, (loader) => loader.read(0, 8192, calm));
    const worn = new LoaderLine();
    const write = worn.storage.write.bind(worn.storage);
    worn.storage.write = (at, bytes) =>
      write(
        at,
        bytes.map((byte, i) => (i === 5 ? byte & 0xf0 : byte)),
      );
    await turned({ storage: worn.storage }, (loader) =>
      loader.write(0, new Uint8Array(4096).fill(0xaf), calm),
    );
  });

  it('ends with the reason of its signal, and of a port that goes away', async () => {
    const stop = new AbortController();
    const line = new WiredLine(() => stop.abort(new Error('enough')));
    await assert.rejects(EspLoader.open(line, new SimClock(), {}, { signal: stop.signal }), /enough/);
    assert.equal(line.isClosed, true);
    const pulled = new WiredLine((_, wire) => wire.incoming.end(new Error('unplugged')));
    assert.deepEqual([(await failure(pulled)).code], ['channel-failed']);
  });
});
