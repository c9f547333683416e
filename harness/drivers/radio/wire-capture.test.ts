import assert from 'node:assert/strict';
import { IP_INTERFACE, SERIAL_INTERFACE, WireCapture } from '#drivers/radio/wire-capture.ts';
import { SimClock } from '#virtual/sim-clock.ts';

/** Data of the packet blocks of a capture. */
function frames(file: Uint8Array | null): readonly Uint8Array[] {
  assert.ok(file !== null);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const found: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += view.getUint32(at + 4, true)) {
    if (view.getUint32(at, true) === 6)
      found.push(file.subarray(at + 28, at + 28 + view.getUint32(at + 20, true)));
  }
  return found;
}

const flagsOf = (packet: Uint8Array) => packet[33] ?? 0;

describe('a capture of payloads', () => {
  it('shows a connection with a handshake, segments in order, and its end', () => {
    const wire = new WireCapture(new SimClock(), IP_INTERFACE);
    const flow = wire.flow(1883);
    flow.passed(true, Uint8Array.of(0x10, 0));
    flow.passed(false, new Uint8Array(3000));
    flow.closed();
    const seen = frames(wire.take());
    assert.deepEqual(seen.map(flagsOf), [0x02, 0x12, 0x10, 0x18, 0x18, 0x18, 0x18, 0x11]);
    const sequence = (packet: Uint8Array | undefined) =>
      packet === undefined ? -1 : new DataView(packet.buffer, packet.byteOffset).getUint32(24);
    assert.deepEqual(seen.slice(4, 7).map(sequence), [1, 1461, 2921]);
    assert.equal(sequence(seen[7]), 3);
  });

  it('begins a connection anew in the next slice, and forgets one that ended between two', () => {
    const wire = new WireCapture(new SimClock(), IP_INTERFACE);
    const flow = wire.flow(80);
    flow.passed(true, Uint8Array.of(1));
    assert.equal(frames(wire.take()).length, 4);
    assert.equal(wire.take(), null);
    flow.passed(true, Uint8Array.of(2));
    assert.equal(frames(wire.take()).length, 4);
    flow.closed();
    assert.equal(wire.take(), null);
  });

  it('tells datagrams and serial bytes by their direction', () => {
    const wire = new WireCapture(new SimClock(), IP_INTERFACE);
    wire.datagram(false, 5683, Uint8Array.of(0x40));
    wire.datagram(true, 5683, Uint8Array.of(0x60));
    const ports = frames(wire.take()).map((packet) => {
      const view = new DataView(packet.buffer, packet.byteOffset);
      return [view.getUint16(20), view.getUint16(22)];
    });
    assert.deepEqual(ports, [
      [49_152, 5683],
      [5683, 49_152],
    ]);
    const line = new WireCapture(new SimClock(), SERIAL_INTERFACE);
    line.serial(false, Uint8Array.of(6, 9));
    line.serial(true, Uint8Array.of(10));
    assert.deepEqual(
      frames(line.take()).map((frame) => [frame[8], frame.length]),
      [
        [1, 14],
        [2, 13],
      ],
    );
  });
});
