import assert from 'node:assert/strict';
import { encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { KillHunt, type HuntTarget } from '#drivers/peers/ble/kill-hunt.ts';
import { CALM } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { virtualTarget } from '#drivers/radio/ble/virtual-target.fixture.ts';
import { frameCase } from '#fuzz/ble-cases.ts';

const att = (pdu: AttPdu) => frameCase(`ATT ${pdu.type}`, CID.att, encodeAtt(pdu));
const MTU = att({ type: 'mtuReq', mtu: 100 });
const CONFIRM = att({ type: 'confirm' });
const CUT = frameCase('read without a handle', CID.att, Uint8Array.of(0x0a, 3));

/** A virtual peripheral with a flaw, as a device to hunt on. */
async function prey(flaw: string) {
  const { runner, peripheral, adapter, handles } = await virtualTarget(flaw);
  const target: HuntTarget = {
    run: (one) => runner.run(one, CALM),
    restart: async () => {
      for (const link of adapter.links) await link.disconnect(CALM);
      peripheral.reset();
    },
  };
  return { target, handles };
}

describe('a hunt for single packets that kill', () => {
  it('names the packet, cut down to what kills, and leaves its kind alone after three crashes', async () => {
    const cases = [MTU, CONFIRM, CUT, MTU, CUT, CUT, CUT, CUT];
    const { target } = await prey('ble/handle-not-complete');
    const hunted = await new KillHunt(target).run(cases);
    assert.deepEqual(
      hunted.kills.map(({ name, index, shortest, killed }) => ({ name, index, shortest, killed })),
      [{ name: CUT.name, index: 2, shortest: Uint8Array.of(0x0a), killed: 3 }],
    );
    assert.deepEqual({ ...hunted, kills: 1 }, { kills: 1, cases: 6, alarms: 3, unexplained: 0 });
  });

  it('blames no single packet where it takes two', async () => {
    const { target, handles } = await prey('ble/prepared-write-overlap');
    const half = att({ type: 'prepareReq', handle: handles.writable, offset: 0, value: new Uint8Array(70) });
    const { kills, alarms, unexplained } = await new KillHunt(target).run([MTU, half, CONFIRM, half, MTU]);
    assert.deepEqual({ kills, alarms, unexplained }, { kills: [], alarms: 1, unexplained: 1 });
  });

  it('blames nothing where no replay brings the alarm back', async () => {
    const { target } = await prey('ble/handle-not-complete');
    let stumbles = 1;
    const busy: HuntTarget = {
      ...target,
      run: async (one) => {
        const result = await target.run(one);
        return stumbles-- > 0 ? { ...result, reaction: 'hang' } : result;
      },
    };
    const { kills, alarms, unexplained } = await new KillHunt(busy).run([CONFIRM, MTU, CONFIRM]);
    assert.deepEqual({ kills, alarms, unexplained }, { kills: [], alarms: 1, unexplained: 1 });
  });
});
