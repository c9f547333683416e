import assert from 'node:assert/strict';
import type { Phase } from '#core/cut-sweep.ts';
import { runSweep } from '#core/conduct-sweep.ts';
import type { ImageSpec } from '#core/image.ts';
import { encodeSmpSerial } from '#codecs/smp-serial.ts';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { buildImage, firmware } from './firmware.ts';
import { virtualNrf52840Dk } from './virtual.ts';

const newer = buildImage({ version: '1.3.0' });
const { golden } = firmware;

async function rigWith(...flaws: string[]) {
  const board = virtualNrf52840Dk();
  return prepared(
    () => board.open({ ...calm(), flaws }),
    'update',
    'power',
    'identity',
    'probe',
    'radio',
    'sweep',
  );
}

/** Puts an update on trial. */
async function trial(rig: Awaited<ReturnType<typeof rigWith>>, spec: ImageSpec, path = 'smp') {
  const image = buildImage(spec);
  const receipt = await rig.update.offer(image.bytes, { ...calm(), path });
  assert.ok(receipt.accepted, receipt.accepted ? '' : receipt.reason);
  await rig.update.activate(calm());
  return image;
}

const identity = async (rig: Awaited<ReturnType<typeof rigWith>>) =>
  runs(await rig.identity.read(calm())).identity;

describe('virtual nRF52840 DK: behaviours', () => {
  it('an update that crashes is reverted by its own reset', async () => {
    await using rig = await rigWith();
    const lines: string[] = [];
    rig.onConsole((line) => lines.push(line.text));
    const image = await trial(rig, { version: '1.3.0', behaviour: 'crashes' });
    assert.equal(await identity(rig), golden.identity);
    assert.deepEqual(
      rig.identity.boots().map((boot) => boot.buildId),
      [image.buildId, golden.buildId],
    );
    assert.ok(lines.some((line) => line.includes('ZEPHYR FATAL ERROR')));
  });

  it('an update that hangs is reverted by the watchdog', async () => {
    await using rig = await rigWith();
    await trial(rig, { version: '1.3.0', behaviour: 'hangs' });
    const started = rig.clock.now();
    assert.equal(await identity(rig), golden.identity);
    assert.ok(rig.clock.now() - started >= 3000);
  });

  it('an update whose self-test fails serves, but is not confirmed', async () => {
    await using rig = await rigWith();
    const image = await trial(rig, { version: '1.3.0', behaviour: 'never-confirms' });
    assert.equal(await identity(rig), image.identity);
    const receipt = await rig.update.confirm(calm());
    assert.ok(!receipt.accepted);
    assert.match(receipt.reason, /CONFIRMATION_DENIED/);
    await rig.power.reset(calm());
    assert.equal(await identity(rig), golden.identity);
  });

  it('without a watchdog an update that hangs stays', async () => {
    await using rig = await rigWith('mcuboot/no-watchdog');
    await trial(rig, { version: '1.3.0', behaviour: 'hangs' });
    const seen = await rig.identity.read(calm());
    assert.ok(!seen.running);
    assert.match(seen.why, /assay-fw nrf52840-dk v1.3.0/);
  });

  it('an application that confirms at start keeps an update that crashes', async () => {
    await using rig = await rigWith('mcuboot/app-confirms-at-start');
    const image = await trial(rig, { version: '1.3.0', behaviour: 'crashes' });
    assert.equal((await rig.identity.read(calm(5000))).running, false);
    const boots = rig.identity.boots().map((boot) => boot.buildId);
    assert.ok(boots.length > 3);
    assert.deepEqual([...new Set(boots)], [image.buildId]);
  });

  it('a swap of full slots is over before an identity read gives up', async () => {
    await using rig = await rigWith();
    const image = await trial(rig, { version: '1.3.0', payloadSize: 470_000 }, 'flash-staged');
    assert.equal(await identity(rig), image.identity);
  });
});

describe('virtual nRF52840 DK: power cuts', () => {
  it('a cut while flash is written leaves it part done, and the update can be offered again', async () => {
    await using rig = await rigWith();
    const cut = rig.power.cut({ kind: 'after', ms: 200 }, calm());
    const dying = new AbortController();
    const offer = rig.update.offer(newer.bytes, { signal: dying.signal });
    const receipt = await cut;
    dying.abort(new Error('power was cut'));
    await assert.rejects(offer, /power was cut/);
    assert.match(receipt.verified, /off/);
    await rig.power.on(calm());
    assert.equal(await identity(rig), golden.identity);
    await trial(rig, { version: '1.3.0' });
    assert.equal(await identity(rig), newer.identity);
  });

  for (const ms of [30, 60, 120, 180, 240]) {
    it(`a cut ${ms} ms into the swap names the operation it struck, and the swap is completed`, async () => {
      await using rig = await rigWith();
      await rig.update.offer(newer.bytes, calm());
      const cut = rig.power.cut({ kind: 'line', contains: 'Starting swap', plusMs: ms }, calm());
      await rig.power.reset(calm());
      const receipt = await cut;
      assert.ok((receipt.operation?.index ?? -1) >= 0, JSON.stringify(receipt));
      await rig.power.on(calm());
      assert.equal(await identity(rig), newer.identity);
    });
  }

  it('a later cut in one swap strikes a later operation', async () => {
    const struck: number[] = [];
    for (const plusMs of [20, 80, 160]) {
      await using rig = await rigWith();
      await rig.update.offer(newer.bytes, calm());
      const cut = rig.power.cut({ kind: 'line', contains: 'Starting swap', plusMs }, calm());
      await rig.power.reset(calm());
      struck.push((await cut).operation?.index ?? -1);
    }
    assert.deepEqual(
      struck,
      [...new Set(struck)].sort((a, b) => a - b),
    );
    assert.ok((struck[0] ?? -1) >= 0);
  });

  it('a reset in the middle of a swap is survived as well', async () => {
    await using rig = await rigWith();
    await rig.update.offer(newer.bytes, calm());
    await rig.power.reset(calm());
    await rig.clock.sleep(100);
    await rig.power.reset(calm());
    assert.equal(await identity(rig), newer.identity);
  });

  it('is swept at every flash operation of a phase', async () => {
    await using rig = await rigWith();
    const phase: Phase = 'confirm';
    const cuts: string[] = [];
    const summary = await runSweep(
      rig.sweep,
      { phase, image: newer.bytes, tears: ['before', 'prefix', 'partial-erase'], seed: 1 },
      { ...calm(), onCut: (cut) => cuts.push(cut.kind) },
    );
    assert.deepEqual([summary.before, summary.update], [golden.identity, newer.identity]);
    assert.ok(cuts.length > 0 && cuts.length === summary.cuts);
  });
});

describe('virtual nRF52840 DK: flaws of the SMP server, seen over the wire', () => {
  const line = (text: string) => Buffer.concat([Buffer.from([6, 9]), Buffer.from(text), Buffer.from('\n')]);

  it('a frame of length 1 restarts the flawed board only', async () => {
    for (const [flaws, boots] of [
      [['smp/frame-length-underflow'], 1],
      [[], 0],
    ] as const) {
      await using rig = await rigWith(...flaws);
      assert.equal((await rig.radio.inject('smp', line('AAEA'), calm())).reaction, 'silent');
      const seen = await rig.radio.alive('smp', calm());
      assert.deepEqual([seen.alive, seen.boots], [true, boots], seen.how);
    }
  });

  const packet = (text: string, ...rest: Uint8Array[]) =>
    encodeSmpSerial(Buffer.concat([Buffer.from(text.replaceAll(' ', ''), 'hex'), ...rest]));
  const inputs: Readonly<Record<string, Uint8Array>> = {
    'smp/header-length-trusted': packet('0a 00 ffff 0000 01 00 a1 61 64 61 78'),
    'smp/unknown-group-locks': packet('08 00 0001 0046 01 00 a0'),
    'smp/cbor-depth': packet('0a 00 0044 0000 01 00 a1 61 78', new Uint8Array(64).fill(0x81), Buffer.of(0)),
    'smp/echo-overflow': packet('0a 00 00cd 0000 01 00 a1 61 64 78 c8', new Uint8Array(200).fill(0x41)),
    'smp/upload-offset-unchecked': packet(
      '0a 00 0020 0001 01 01 a2 63 6f6666 1a 00100000 64 64617461 50',
      new Uint8Array(16),
    ),
  };
  for (const [flaw, input] of Object.entries(inputs)) {
    it(`${flaw} shows as a reboot or as silence, and a sound board answers the same input`, async () => {
      const afterwards = async (...flaws: string[]) => {
        await using rig = await rigWith(...flaws);
        const { reaction } = await rig.radio.inject('smp', input, calm());
        const { alive, boots } = await rig.radio.alive('smp', calm());
        return { reaction, lives: alive && boots === 0 };
      };
      assert.deepEqual(await afterwards(flaw), { reaction: 'silent', lives: false });
      assert.deepEqual(await afterwards(), { reaction: 'answered', lives: true });
    });
  }

  it('leftovers behind an echo are not taken for life', async () => {
    await using rig = await rigWith('smp/buffer-leak');
    const broken = line(Buffer.from('0043', 'hex').toString('base64'));
    await rig.radio.inject('smp', broken, calm());
    assert.equal((await rig.radio.alive('smp', calm())).alive, true);
    const request = Buffer.concat([Buffer.from('0a00003c00000100a1616401', 'hex'), Buffer.alloc(56, 0x41)]);
    await rig.radio.inject('smp', encodeSmpSerial(request), calm());
    const seen = await rig.radio.alive('smp', calm());
    assert.deepEqual([seen.alive, /foreign bytes/.test(seen.how)], [false, true]);
  });
});

describe('virtual nRF52840 DK: the entry', () => {
  it('refuses a flaw it does not know', async () => {
    await assert.rejects(rigWith('mcuboot/no-such-flaw'), { name: 'UsageError' });
  });

  it('opens and prepares with every flaw it offers', async () => {
    for (const { id } of virtualNrf52840Dk().flaws) {
      await using rig = await rigWith(id);
      assert.equal(await identity(rig), golden.identity, id);
    }
  });

  it('gives the same boot history at the same rig times, whatever the machine does', async () => {
    const run = async () => {
      await using rig = await rigWith();
      await trial(rig, { version: '1.3.0' });
      await identity(rig);
      await rig.power.reset(calm());
      await identity(rig);
      return [rig.clock.now(), rig.identity.boots()];
    };
    assert.deepEqual(await run(), await run());
  });

  it('leaves nothing behind when it is disposed: waiting calls end', async () => {
    const rig = await rigWith();
    const waiting = [rig.power.cut({ kind: 'after', ms: 50_000 }, calm()), rig.identity.read(calm())];
    await rig.power.off(calm());
    await rig[Symbol.asyncDispose]();
    const ends = await Promise.allSettled(waiting);
    for (const end of ends) {
      assert.ok(end.status === 'rejected');
      assert.equal((end.reason as { code: string }).code, 'channel-closed');
    }
    await assert.rejects(rig.power.on(calm()), { code: 'channel-closed' });
  });
});
