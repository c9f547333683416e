import assert from 'node:assert/strict';
import { calm, prepared } from '#contracts/rigs.ts';
import { describeRadio } from '#contracts/radio.ts';
import { encodeAtt } from '#codecs/ble/att.ts';
import { encodeBleCase } from '#codecs/ble/case-text.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { TWIN_BLE } from './virtual-ble.ts';
import { virtualNrf52840Dk } from './virtual.ts';

const board = virtualNrf52840Dk(SOUND_PROFILE, TWIN_BLE);
const allow = [TWIN_BLE.address];
const open = (...flaws: readonly string[]) => board.open({ ...calm(), allow, flaws });

describeRadio('virtual nRF52840 DK with Bluetooth LE', () => open(), board.facts.inputs);

describe('the virtual nRF52840 DK over Bluetooth LE', () => {
  const longWrite = encodeBleCase({
    ownLink: true,
    steps: [
      { do: 'frame', cid: CID.att, bytes: encodeAtt({ type: 'mtuReq', mtu: 517 }) },
      { do: 'settle' },
      {
        do: 'frame',
        cid: CID.att,
        bytes: encodeAtt({ type: 'writeReq', handle: TWIN_BLE.writable, value: new Uint8Array(500) }),
      },
    ],
  });

  it('a crash of its LE host is told on the console and restarts the board', async () => {
    await using rig = await prepared(() => open('ble/write-length-trusted'), 'radio', 'identity');
    const lines: string[] = [];
    rig.onConsole(({ text }) => lines.push(text));
    const before = await rig.radio.alive('ble', calm());
    await rig.radio.inject('ble', longWrite, calm());
    const after = await rig.radio.alive('ble', calm());
    assert.equal(after.alive, false);
    assert.equal((await rig.identity.read(calm())).running, true);
    const back = await rig.radio.alive('ble', calm());
    assert.deepEqual([back.alive, back.boots], [true, before.boots + 1]);
    assert.ok(
      lines.some((line) => line.includes('MPU FAULT')),
      lines.join('\n'),
    );
  });

  it('a hang of its LE host leaves the console alive, and a reset mends it', async () => {
    await using rig = await prepared(() => open('ble/second-mtu-deadlock'), 'radio', 'identity', 'power');
    const mtu = { do: 'frame', cid: CID.att, bytes: encodeAtt({ type: 'mtuReq', mtu: 100 }) } as const;
    await rig.radio.inject('ble', encodeBleCase({ ownLink: true, steps: [mtu, mtu] }), calm());
    assert.equal((await rig.radio.alive('ble', calm())).alive, false);
    assert.equal((await rig.radio.alive('ble', calm())).alive, false);
    assert.equal((await rig.radio.alive('smp', calm())).alive, true);
    await rig.power.reset(calm());
    await rig.identity.read(calm());
    assert.equal((await rig.radio.alive('ble', calm())).alive, true);
  });

  it('keeps what passed over the air, each case by its digest', async () => {
    await using rig = await prepared(() => open(), 'radio');
    rig.radio.capture?.('ble');
    await rig.radio.inject('ble', longWrite, calm());
    const capture = rig.radio.capture?.('ble');
    assert.ok(capture instanceof Uint8Array);
    assert.ok(Buffer.from(capture).includes('case 1, SHA-256 '));
    assert.equal(rig.radio.capture?.('ble'), null);
  });

  it('is connected to by nobody where its address is not allowed', async () => {
    await using rig = await board.open({ ...calm(), allow: ['C4:52:84:00:00:02'] });
    await rig.prepare(calm());
    const refused = { code: 'ble-target', fault: 'caller' };
    await assert.rejects(rig.radio?.inject('ble', longWrite, calm()) ?? assert.fail(), refused);
    await assert.rejects(rig.radio?.alive('ble', calm()) ?? assert.fail(), refused);
  });
});
