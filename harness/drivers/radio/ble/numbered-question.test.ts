import assert from 'node:assert/strict';
import { encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import { CALM } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { virtualTarget } from '#drivers/radio/ble/virtual-target.fixture.ts';
import { frameCase } from '#fuzz/ble-cases.ts';
import { CID } from '#codecs/ble/l2cap.ts';

const att = (pdu: AttPdu) => frameCase(`ATT ${pdu.type}`, CID.att, encodeAtt(pdu));

describe('the question of whether a host lives', () => {
  it('leaves each case its own answers, in any order of cases', async () => {
    const { runner, handles } = await virtualTarget();
    const cases: readonly (readonly [AttPdu, readonly number[]])[] = [
      [{ type: 'readReq', handle: handles.readable }, [0x0b]],
      [{ type: 'mtuReq', mtu: 100 }, [0x03]],
      [{ type: 'readReq', handle: 0xfeff }, [0x01]],
      [{ type: 'confirm' }, []],
      [{ type: 'readReq', handle: handles.readable }, [0x0b]],
    ];
    for (const [pdu, opcodes] of [...cases, ...cases]) {
      const { reaction, answers } = await runner.run(att(pdu), CALM);
      assert.equal(reaction, 'alive');
      assert.deepEqual(
        answers.map(({ payload }) => payload[0]),
        opcodes,
        pdu.type,
      );
    }
  });

  it('is not answered by what the cases before have asked', async () => {
    const { runner, handles } = await virtualTarget('ble/handle-not-complete');
    for (let sent = 0; sent < 20; sent++) {
      await runner.run(att({ type: 'readReq', handle: handles.readable }), CALM);
      await runner.run(att({ type: 'mtuReq', mtu: 100 }), CALM);
    }
    const { reaction } = await runner.run(frameCase('read cut short', CID.att, Uint8Array.of(0x0a, 3)), CALM);
    assert.equal(reaction, 'crash');
  });
});
