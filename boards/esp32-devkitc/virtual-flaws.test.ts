import assert from 'node:assert/strict';
import type { InputProtocol } from '#core/board.ts';
import type { Liveness, RunningImage } from '#core/capabilities.ts';
import type { ImageSpec } from '#core/image.ts';
import type { Rig } from '#core/rig.ts';
import { deviceTopics } from '#codecs/device-command.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import { calm, prepared, runs } from '#contracts/rigs.ts';
import { esp32Devkitc } from './board.ts';
import { FACTORY } from './profile.ts';
import { virtualEsp32Devkitc } from './virtual.ts';

const { golden } = esp32Devkitc.firmware;

function built(...flaws: string[]) {
  return () => virtualEsp32Devkitc().open({ ...calm(), flaws });
}

function notice(text: string): Uint8Array {
  const topic = deviceTopics(esp32Devkitc.id).notice;
  const payload = Buffer.from(text);
  return encodeMqtt({ type: 'publish', topic, payload, qos: 0, retain: false, dup: false, packetId: null });
}

const inputs: readonly [flaw: string, InputProtocol, Uint8Array][] = [
  ['mqtt/remaining-length-trusted', 'mqtt', Buffer.from('30ffffff7f', 'hex')],
  ['mqtt/topic-length-trusted', 'mqtt', Buffer.from('3002ffff', 'hex')],
  ['mqtt/reserved-type-asserts', 'mqtt', Buffer.from('f000', 'hex')],
  [
    'manifest/size-trusted',
    'mqtt',
    notice(
      `{"url":"http://127.0.0.1/x","size":4294967295,"version":"1.3.0","project":"assay-esp32","sha256":"${'0'.repeat(64)}"}`,
    ),
  ],
  ['manifest/depth-recursion', 'mqtt', notice('['.repeat(200))],
  [
    'manifest/depth-recursion',
    'http',
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 64\r\n\r\n${'['.repeat(64)}`),
  ],
  [
    'http/content-length-trusted',
    'http',
    Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 4294967295\r\n\r\n'),
  ],
  [
    'http/chunk-size-trusted',
    'http',
    Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n'),
  ],
  ['http/stall-no-timeout', 'http', Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n{"url":')],
];

async function after(rig: Rig<'radio'>, protocol: InputProtocol, bytes: Uint8Array): Promise<Liveness> {
  await rig.radio.inject(protocol, bytes, calm());
  return rig.radio.alive(protocol, calm());
}

describe('virtual ESP32-DevKitC: flaws of the network application', () => {
  it('a sound board lives through every input that a flawed one dies of', async () => {
    await using rig = await prepared(built(), 'radio');
    for (const [flaw, protocol, bytes] of inputs) {
      const seen = await after(rig, protocol, bytes);
      assert.deepEqual([seen.alive, seen.boots], [true, 0], `${flaw}: ${seen.how}`);
    }
  });

  for (const [flaw, protocol, bytes] of inputs) {
    it(`${flaw} shows over ${protocol}, and a reset brings the board back`, async () => {
      await using rig = await prepared(built(flaw), 'radio', 'power', 'identity');
      const seen = await after(rig, protocol, bytes);
      assert.ok(!seen.alive || seen.boots > 0, seen.how);
      await rig.power.reset(calm());
      assert.equal(runs(await rig.identity.read(calm())).identity, golden.identity);
      assert.equal((await rig.radio.alive(protocol, calm())).alive, true);
    });
  }
});

/** Offers an image over https, and says who runs after the restart that follows an accepted one. */
async function offered(rig: Rig<'update' | 'identity'>, spec: ImageSpec): Promise<RunningImage | string> {
  const image = rig.board.firmware.build(spec);
  const receipt = await rig.update.offer(image.bytes, calm());
  if (!receipt.accepted) return `${receipt.step}: ${receipt.reason}`;
  await rig.update.activate(calm());
  return rig.identity.read(calm());
}

function refusalOf(seen: RunningImage | string): string {
  assert.ok(typeof seen === 'string', 'the update was accepted');
  return seen;
}

function confirmedOf(seen: RunningImage | string): boolean {
  assert.ok(typeof seen !== 'string' && seen.running, JSON.stringify(seen));
  return seen.confirmed;
}

describe('virtual ESP32-DevKitC: policy and life of the application', () => {
  const cases: readonly [title: string, spec: ImageSpec, refusal: RegExp, flaw: string][] = [
    ['an older version', { version: '1.1.0' }, /upload: notice: .*older/, 'esp-idf/version-not-compared'],
    [
      'another project',
      { version: '1.3.0', product: 'other' },
      /Project Name mismatch/,
      'esp-idf/project-not-checked',
    ],
    [
      'a lower secure version',
      { version: '1.3.0', securityCounter: 1 },
      /security version/,
      'esp-idf/efuse-not-checked',
    ],
  ];
  for (const [title, spec, refusal, flaw] of cases) {
    it(`refuses ${title}, and takes it with ${flaw}`, async () => {
      await using sound = await prepared(built(), 'update', 'identity');
      assert.match(refusalOf(await offered(sound, spec)), refusal);
      assert.equal(runs(await sound.identity.read(calm())).identity, golden.identity);
      await using flawed = await prepared(built(flaw), 'update', 'identity');
      const image = flawed.board.firmware.build(spec);
      assert.ok((await flawed.update.offer(image.bytes, calm())).accepted);
    });
  }

  it('takes 9.0.0 for newer than 10.0.0 where versions are compared as text', async () => {
    for (const [flaws, expected] of [
      [[], false],
      [['esp-idf/version-compared-as-text'], true],
    ] as const) {
      await using rig = await prepared(built(...flaws), 'update', 'identity');
      assert.equal(confirmedOf(await offered(rig, { version: '10.0.0' })), false);
      assert.ok((await rig.update.confirm(calm())).accepted);
      assert.equal(typeof (await offered(rig, { version: '9.0.0' })) !== 'string', expected);
    }
  });

  it('takes an equal version', async () => {
    await using rig = await prepared(built(), 'update', 'identity');
    assert.equal(confirmedOf(await offered(rig, { version: '1.2.0', seed: 7 })), false);
  });

  it('confirms itself at start only with esp-idf/app-confirms-at-start', async () => {
    await using rig = await prepared(built('esp-idf/app-confirms-at-start'), 'update', 'identity');
    assert.equal(confirmedOf(await offered(rig, { version: '1.3.0', behaviour: 'never-confirms' })), true);
  });

  it('does not confirm an image whose self-test fails', async () => {
    await using rig = await prepared(built(), 'update', 'identity');
    assert.equal(confirmedOf(await offered(rig, { version: '1.3.0', behaviour: 'never-confirms' })), false);
    const receipt = await rig.update.confirm(calm());
    assert.deepEqual(receipt.accepted, false);
  });

  it('comes back from an image that crashes', async () => {
    await using rig = await prepared(built(), 'update', 'identity');
    const seen = await offered(rig, { version: '1.3.0', behaviour: 'crashes' });
    assert.ok(typeof seen !== 'string' && seen.running && seen.identity === golden.identity);
    assert.equal(rig.identity.boots().length, 2);
  });

  it('comes back from an image that hangs, unless the board has no watchdog', async () => {
    for (const [flaws, back] of [
      [[], true],
      [['esp-idf/no-watchdog'], false],
    ] as const) {
      await using rig = await prepared(built(...flaws), 'update', 'identity');
      const seen = await offered(rig, { version: '1.3.0', behaviour: 'hangs' });
      assert.ok(typeof seen !== 'string');
      assert.equal(seen.running, back);
    }
  });

  it('refuses a second update while the first is on trial', async () => {
    await using rig = await prepared(built(), 'update', 'identity');
    assert.equal(confirmedOf(await offered(rig, { version: '1.3.0' })), false);
    assert.match(refusalOf(await offered(rig, { version: '1.4.0' })), /ROLLBACK_INVALID_STATE/);
  });

  it('knows the variant with a factory application', async () => {
    const open = () => virtualEsp32Devkitc({ profile: FACTORY }).open(calm());
    await using rig = await prepared(open, 'update', 'identity', 'probe');
    assert.equal(confirmedOf(await offered(rig, { version: '1.3.0', securityCounter: 0 })), false);
  });

  it('names a flaw that it does not know', async () => {
    await assert.rejects(built('mqtt/no-such-flaw')(), { code: 'unknown-flaw' });
  });
});
