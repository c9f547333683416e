import assert from 'node:assert/strict';
import { PeerError } from '#core/errors.ts';
import { decodeBtsnoop, encodeBtsnoop, type HciRecord } from '#codecs/ble/btsnoop.ts';
import { encodeAcl, encodeCommand } from '#codecs/ble/hci.ts';
import { encodeHciPcapng } from '#codecs/ble/pcapng.ts';

const RECORDS: readonly HciRecord[] = [
  { received: false, atUs: 1_700_000_000_000_000, packet: encodeCommand({ type: 'reset' }) },
  {
    received: true,
    atUs: 1_700_000_000_000_125,
    packet: encodeAcl({ handle: 1, start: 2, data: Uint8Array.of(1, 0, 4, 0, 0x13) }),
  },
];

describe('btsnoop', () => {
  const file = encodeBtsnoop(RECORDS);

  it('keeps packets, directions and times', () => {
    assert.deepEqual(decodeBtsnoop(file), RECORDS);
    assert.equal(Buffer.from(file.subarray(0, 16)).toString('latin1'), 'btsnoop\0\0\0\0\x01\0\0\x03\xea');
  });

  it('counts from the year 0', () => {
    const [first] = RECORDS;
    assert.ok(first !== undefined);
    const at1970 = encodeBtsnoop([{ ...first, atUs: 0 }]);
    assert.equal(Buffer.from(at1970.subarray(32, 40)).toString('hex'), '00dcddb30f2f8000');
  });

  it('is refused where it is cut, or is something else', () => {
    const whole = decodeBtsnoop(file);
    for (let length = 0; length < file.length; length++) {
      const cut = decodeBtsnoop(file.subarray(0, length));
      assert.ok(cut instanceof PeerError || cut.length < (whole as readonly HciRecord[]).length, `${length}`);
    }
  });
});

describe('pcapng', () => {
  it('is made of blocks whose lengths lead to its end', () => {
    const file = encodeHciPcapng('hci0', [
      ...RECORDS,
      ...RECORDS.map((record) => Object.assign({ comment: 'x' }, record)),
    ]);
    const view = new DataView(file.buffer, file.byteOffset, file.length);
    const types: number[] = [];
    let at = 0;
    while (at < file.length) {
      types.push(view.getUint32(at, true));
      const length = view.getUint32(at + 4, true);
      assert.equal(length % 4, 0);
      assert.equal(view.getUint32(at + length - 4, true), length);
      at += length;
    }
    assert.equal(at, file.length);
    assert.deepEqual(types, [0x0a0d0d0a, 1, 6, 6, 6, 6]);
  });
});
