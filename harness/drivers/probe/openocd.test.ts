import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { RealClock } from '#drivers/clock.ts';
import { openOcdProbe, type OpenOcdSettings } from '#drivers/probe/openocd.ts';
import { NRF52_WORDS, nrfDeviceBlock } from '#codecs/nrf-device.ts';

const flash = { address: 0, size: 0x10000, page: 0x1000 };
const context = () => ({ ...calm(), clock: new RealClock(), onLine: () => () => undefined });
const open = (settings: OpenOcdSettings) => openOcdProbe(settings).open(context());

/** A chain without a chip, and flash of OpenOCD's own: what can be had without a probe. */
const DUMMY = [
  'adapter driver dummy',
  'adapter speed 1000',
  'transport select jtag',
  'jtag newtap x cpu -irlen 4',
  'target create x.cpu testee -chain-position x.cpu',
  'flash bank x.flash faux 0x0 0x10000 0 0 x.cpu',
].flatMap((line) => ['-c', line]);

describe('drivers/probe/openocd with OpenOCD', function () {
  this.timeout(20_000);

  before(function () {
    if (spawnSync('openocd', ['--version']).error !== undefined)
      skipBecause(this, 'no openocd: apt-get install openocd');
  });

  it('starts it, writes its flash, and tells why a read fails', async () => {
    await using probe = await open({ start: DUMMY, flash, asked: { version: 'version' } });
    assert.match((await probe.fuses(calm()))['version'] ?? '', /^Open On-Chip Debugger 0\./);
    await probe.write(0, new Uint8Array(flash.size).fill(0x5a), calm());
    await assert.rejects(probe.read(0, 16, calm()), { name: 'BenchError', code: 'openocd-command' });
    await assert.rejects(probe.write(0xffff, new Uint8Array(2), calm()), {
      name: 'UsageError',
      code: 'flash-address',
    });
  });

  it('tells what OpenOCD says when it does not start', async () => {
    const starting = open({ start: ['-c', 'adapter driver nosuch'], flash });
    await assert.rejects(starting, { code: 'openocd-start', got: /nosuch|Error/ });
  });

  it('erases the whole chip only with the permission of the bench file', async () => {
    await using probe = await open({ start: DUMMY, flash, massErase: 'flash erase_sector 0 0 last' });
    await assert.rejects(probe.eraseChip(calm()), { name: 'UsageError', code: 'not-permitted' });
    const permissions = ['mass-erase'] as const;
    await using allowed = await open({
      start: DUMMY,
      flash,
      massErase: 'flash erase_sector 0 0 last',
      permissions,
    });
    await allowed.eraseChip(calm());
    await using untold = await open({ start: DUMMY, flash, permissions });
    await assert.rejects(untold.eraseChip(calm()), { code: 'openocd-mass-erase' });
  });
});

describe('drivers/probe/openocd with a played server', () => {
  let server: Server | null = null;

  /** Answers commands as OpenOCD does for a target with memory. */
  async function play(answer: (command: string) => string | null): Promise<number> {
    server = createServer((socket) => {
      let text = '';
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        text += String(bytes);
        for (let end = text.indexOf('\u001a'); end !== -1; end = text.indexOf('\u001a')) {
          const [, command = ''] = /\[catch \{([^]*)\} assay\]/.exec(text.slice(0, end)) ?? [];
          text = text.slice(end + 1);
          const said = answer(command);
          if (said === null) socket.destroy();
          else socket.write(said);
        }
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** A target whose memory and state the test sees. */
  function target(memory: Uint8Array, words: Readonly<Record<number, number>> = {}) {
    const world = { state: 'running', commands: [] as string[] };
    const ok = (text = '') => `0 ${text}\u001a`;
    const answer = (command: string) => {
      world.commands.push(command);
      if (command === '[target current] curstate') return ok(world.state);
      if (command === 'halt' || command === 'resume') {
        world.state = command === 'halt' ? 'halted' : 'running';
        return ok();
      }
      const [, dumped, from, count] = /^dump_image \{(.*)\} (0x\S+) (\d+)$/.exec(command) ?? [];
      if (dumped !== undefined)
        writeFileSync(dumped, memory.slice(Number(from), Number(from) + Number(count)));
      const [, written, to] = /^flash write_image erase \{(.*)\} (0x\S+) bin$/.exec(command) ?? [];
      if (written !== undefined) memory.set(readFileSync(written), Number(to));
      const [, address] = /^read_memory (0x\S+) 32 1$/.exec(command) ?? [];
      if (address !== undefined) return ok(`0x${(words[Number(address)] ?? 0xffff_ffff).toString(16)}`);
      return ok();
    };
    return { world, answer };
  }

  afterEach(async () => {
    server?.close();
    if (server !== null) await once(server, 'close');
    server = null;
  });

  it('reads and writes with the target halted, keeps what lies beside, and lets it run on', async () => {
    const memory = new Uint8Array(flash.size).fill(0x11);
    const { world, answer } = target(memory);
    {
      await using probe = await open({ port: await play(answer), flash });
      await probe.write(0x1ffe, Uint8Array.of(1, 2, 3, 4), calm());
      assert.deepEqual([...(await probe.read(0x1ffc, 8, calm()))], [0x11, 0x11, 1, 2, 3, 4, 0x11, 0x11]);
      assert.equal(world.state, 'running');
    }
    assert.equal(world.commands.filter((command) => command.startsWith('flash write_image')).length, 1);
  });

  it('reads the device block of an nRF52, debug port and all', async () => {
    const words = { 0x1000_0060: 1, 0x1000_0064: 2, 0x1000_0130: 8, 0x1000_0134: 5 };
    const { answer } = target(new Uint8Array(flash.size), words);
    const port = await play(answer);
    await using probe = await open({ port, flash, words: NRF52_WORDS, describe: nrfDeviceBlock });
    const block = await probe.fuses(calm());
    assert.equal(block['FICR.DEVICEID[1]'], '0x00000002');
    assert.match(block['debug port'] ?? '', /^closed/);
  });

  it('a probe that vanishes, answers nonsense or never gives an error with its cause', async () => {
    const vanishing = await play(() => null);
    await using gone = await open({ port: vanishing, flash });
    await assert.rejects(gone.read(0, 4, calm()), ({ code }: { code: string }) => /lost/.test(code));
    server?.close();
    const odd = await play(() => 'HTTP/1.1 400 Bad Request\r\n\u001a');
    await using nonsense = await open({ port: odd, flash });
    await assert.rejects(nonsense.read(0, 4, calm()), { name: 'BenchError', code: 'openocd-answer' });
    await assert.rejects(open({ port: 1, flash }), { name: 'BenchError', code: 'socket-open' });
  });
});
