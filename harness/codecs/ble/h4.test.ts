import assert from 'node:assert/strict';
import fc from 'fast-check';
import { PeerError } from '#core/errors.ts';
import { encodeH4, H4Stream, type H4Packet } from '#codecs/ble/h4.ts';
import {
  decodeAcl,
  decodeCommand,
  decodeEvent,
  encodeAcl,
  encodeCommand,
  encodeLeEvent,
} from '#codecs/ble/hci.ts';

const packet = fc.oneof(
  fc.constant(encodeCommand({ type: 'reset' })),
  fc.uint8Array({ maxLength: 300 }).map((data) => encodeAcl({ handle: 0x40, start: 2, data })),
  fc
    .uint8Array({ minLength: 6, maxLength: 6 })
    .map((address) => encodeCommand({ type: 'leSetRandomAddress', address })),
  fc.constant(encodeLeEvent({ type: 'keyRequest', handle: 1, random: new Uint8Array(8), diversifier: 0 })),
);

describe('H4', () => {
  it('finds every packet, however the stream is cut', () => {
    const check = fc.property(fc.array(packet), fc.integer({ min: 1, max: 64 }), (packets, piece) => {
      const bytes = Uint8Array.from(packets.flatMap((one) => [...encodeH4(one)]));
      const stream = new H4Stream();
      const found: (H4Packet | PeerError)[] = [];
      for (let at = 0; at < bytes.length; at += piece)
        found.push(...stream.push(bytes.subarray(at, at + piece)));
      assert.deepEqual(found, packets);
    });
    fc.assert(check, { numRuns: 100 });
  });

  it('says that it is lost at an unknown indicator, and stays so', () => {
    const stream = new H4Stream();
    const [first, second] = stream.push(Uint8Array.of(4, 0x0e, 0, 9, 1, 3, 0x0c, 0));
    assert.deepEqual(first, { indicator: 4, body: Uint8Array.of(0x0e, 0) });
    assert.ok(second instanceof PeerError);
    const [again] = stream.push(Uint8Array.of(1, 3, 0x0c, 0));
    assert.equal(again, second);
  });
});

describe('HCI', () => {
  it('writes LE Create Connection as the specification lays it out', () => {
    const { body } = encodeCommand({
      type: 'leCreateConnection',
      scanInterval: 0x60,
      scanWindow: 0x30,
      filterPolicy: 0,
      addressType: 1,
      address: Uint8Array.of(1, 2, 3, 4, 5, 0xc6),
      ownAddressType: 1,
      intervalMin: 6,
      intervalMax: 6,
      latency: 0,
      timeout: 10,
      ceMin: 0,
      ceMax: 0,
    });
    assert.equal(
      Buffer.from(body).toString('hex'),
      '0d20196000300000010102030405c6010600060000000a0000000000',
    );
    assert.equal((decodeCommand(body) as { type: string }).type, 'leCreateConnection');
  });

  it('writes a length that lies', () => {
    const { body } = encodeCommand({ type: 'reset' }, { length: 5 });
    assert.deepEqual([...body], [3, 0x0c, 5]);
    assert.ok(decodeCommand(body) instanceof PeerError);
  });

  it('keeps handle, fragment and data of ACL apart', () => {
    const sent = { handle: 0xeff, start: 1, data: Uint8Array.of(1, 2, 3) };
    assert.deepEqual(decodeAcl(encodeAcl(sent).body), sent);
  });

  it('gives unknown events raw, LE ones under the code of the meta event', () => {
    assert.deepEqual(decodeEvent(Uint8Array.of(0xff, 1, 7)), {
      type: 'raw',
      code: 0xff,
      body: Uint8Array.of(7),
    });
    assert.deepEqual(decodeEvent(Uint8Array.of(0x3e, 2, 0xee, 7)), {
      type: 'raw',
      code: 0x3eee,
      body: Uint8Array.of(7),
    });
    assert.ok(decodeEvent(Uint8Array.of(0x3e, 0)) instanceof PeerError);
  });
});
