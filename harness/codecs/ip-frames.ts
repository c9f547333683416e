/** One end of a conversation: an IPv4 address as four bytes, and a port. */
export interface IpEnd {
  readonly address: readonly [number, number, number, number];
  readonly port: number;
}

/** Flags of TCP (RFC 9293 3.1). */
export const TCP_FLAG = { fin: 0x01, syn: 0x02, push: 0x08, ack: 0x10 } as const;

const TCP = 6;
const UDP = 17;
/** Longest payload that fits an IPv4 packet behind the longer of both headers. */
export const MOST_PAYLOAD = 65_535 - 20 - 20;

/** What a segment says besides its bytes. */
export interface TcpNumbers {
  readonly flags: number;
  readonly sequence: number;
  readonly acknowledged: number;
}

/** An IPv4 packet with a UDP datagram (RFC 791, RFC 768), checksums made true. */
export function udpPacket(from: IpEnd, to: IpEnd, payload: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(8));
  header.setUint16(0, from.port);
  header.setUint16(2, to.port);
  header.setUint16(4, 8 + payload.length);
  const sum = transportSum(UDP, from, to, header, payload);
  // All ones stand for a sum of zero, which would say that there is none.
  header.setUint16(6, sum === 0 ? 0xffff : sum);
  return ipv4(UDP, from, to, header, payload);
}

/** An IPv4 packet with a TCP segment, checksums made true. */
export function tcpPacket(from: IpEnd, to: IpEnd, numbers: TcpNumbers, payload: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(20));
  header.setUint16(0, from.port);
  header.setUint16(2, to.port);
  header.setUint32(4, numbers.sequence >>> 0);
  header.setUint32(8, numbers.acknowledged >>> 0);
  header.setUint8(12, 5 << 4);
  header.setUint8(13, numbers.flags);
  header.setUint16(14, 0xffff);
  header.setUint16(16, transportSum(TCP, from, to, header, payload));
  return ipv4(TCP, from, to, header, payload);
}

function ipv4(
  protocol: number,
  from: IpEnd,
  to: IpEnd,
  transport: DataView,
  payload: Uint8Array,
): Uint8Array {
  const header = new DataView(new ArrayBuffer(20));
  header.setUint8(0, 0x45);
  header.setUint16(2, 20 + transport.byteLength + payload.length);
  header.setUint8(8, 64);
  header.setUint8(9, protocol);
  for (const [at, byte] of [...from.address, ...to.address].entries()) header.setUint8(12 + at, byte);
  header.setUint16(10, checksum(bytesOf(header)));
  return Uint8Array.from(Buffer.concat([bytesOf(header), bytesOf(transport), payload]));
}

/** Over the pseudo header, the header and the payload (RFC 9293 3.1). */
function transportSum(
  protocol: number,
  from: IpEnd,
  to: IpEnd,
  header: DataView,
  payload: Uint8Array,
): number {
  const length = header.byteLength + payload.length;
  const pseudo = [...from.address, ...to.address, 0, protocol, length >> 8, length & 0xff];
  return checksum(Buffer.concat([Uint8Array.from(pseudo), bytesOf(header), payload]));
}

/** Ones' complement of the ones' complement sum of 16-bit words (RFC 1071). */
function checksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x1_0000);
  return ~sum & 0xffff;
}

function bytesOf(view: DataView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}
