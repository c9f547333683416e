import assert from 'node:assert/strict';
import { tcpPacket, TCP_FLAG, udpPacket, type IpEnd } from '#codecs/ip-frames.ts';

const ONE: IpEnd = { address: [192, 0, 2, 1], port: 49_152 };
const OTHER: IpEnd = { address: [192, 0, 2, 2], port: 53 };

/** Sum over 16-bit words that a receiver makes: all ones where the checksum is right (RFC 1071 1). */
function sum(bytes: Uint8Array): number {
  let total = 0;
  for (let at = 0; at < bytes.length; at += 2) total += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

function pseudo(packet: Uint8Array): Uint8Array {
  const transport = packet.subarray(20);
  const length = [transport.length >> 8, transport.length & 0xff];
  return Uint8Array.from([...packet.subarray(12, 20), 0, packet[9] ?? 0, ...length, ...transport]);
}

describe('packets of IPv4', () => {
  for (const payload of [
    [],
    [1],
    [1, 2],
    [0xff, 0xff, 0xff],
    Array.from({ length: 1400 }, (_, at) => at & 0xff),
  ]) {
    it(`carry ${payload.length} bytes with true lengths and checksums`, () => {
      const numbers = { flags: TCP_FLAG.push | TCP_FLAG.ack, sequence: 0xffff_fff0, acknowledged: 7 };
      const bytes = Uint8Array.from(payload);
      for (const packet of [udpPacket(ONE, OTHER, bytes), tcpPacket(ONE, OTHER, numbers, bytes)]) {
        assert.equal(sum(packet.subarray(0, 20)), 0xffff);
        assert.equal(sum(pseudo(packet)), 0xffff);
        assert.equal(((packet[2] ?? 0) << 8) | (packet[3] ?? 0), packet.length);
        assert.deepEqual([...packet.subarray(packet.length - payload.length)], payload);
      }
    });
  }

  it('are those of the example in RFC 1071 3, by its sum', () => {
    assert.equal(sum(Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7)), 0xddf2);
  });
});
