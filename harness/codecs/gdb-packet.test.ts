import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gdbCommand } from '#codecs/gdb-command.ts';
import { encodeGdbPacket, escapeGdb, type GdbItem, GdbStream } from '#codecs/gdb-packet.ts';

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const told = (items: readonly GdbItem[]) =>
  items.map((item) => ('body' in item ? `${item.kind} ${Buffer.from(item.body).toString('latin1')}` : item));

describe('codecs/gdb-packet', () => {
  it('writes the packets of the GDB manual', () => {
    assert.equal(Buffer.from(encodeGdbPacket(ascii('OK'))).toString(), '$OK#9a');
    assert.equal(Buffer.from(encodeGdbPacket(gdbCommand.whyHalted())).toString(), '$?#3f');
    assert.equal(Buffer.from(encodeGdbPacket(gdbCommand.registers())).toString(), '$g#67');
    assert.equal(Buffer.from(gdbCommand.read(0x3000, 16)).toString(), 'm3000,10');
    assert.equal(Buffer.from(gdbCommand.write(0x10, Uint8Array.of(0, 255))).toString(), 'M10,2:00ff');
    assert.equal(Buffer.from(gdbCommand.insert('write', 0x4001e508, 4)).toString(), 'Z2,4001e508,4');
    assert.equal(Buffer.from(gdbCommand.setRegister(15, 0x1234)).toString(), 'Pf=34120000');
  });

  it('expands the run lengths of the manual', () => {
    assert.deepEqual(told(new GdbStream().push(encodeGdbPacket(ascii('0* ')))), ['packet 0000']);
    assert.deepEqual(told(new GdbStream().push(encodeGdbPacket(ascii('0*"x')))), ['packet 000000x']);
  });

  it('tells acknowledgements, packets and notifications apart', () => {
    const notice = Buffer.from(encodeGdbPacket(ascii('Stop:T05')))
      .toString('latin1')
      .slice(1);
    const items = new GdbStream().push(ascii(`+$OK#9a-noise%${notice}`));
    assert.deepEqual(told(items), [{ kind: 'ack' }, 'packet OK', { kind: 'nack' }, 'notification Stop:T05']);
  });

  it('starts anew at a packet inside a packet that never ended', () => {
    assert.deepEqual(told(new GdbStream().push(ascii('$OO$OK#9a'))), ['packet OK']);
  });

  for (const [name, wire, why] of [
    ['a wrong checksum', '$OK#9b', 'checksum'],
    ['an escape without its byte', '$}#7d', 'escape'],
    ['a run of nothing', '$* #4a', 'run'],
  ] as const) {
    it(`reports ${name}`, () => {
      assert.deepEqual(new GdbStream().push(ascii(wire)), [{ kind: 'damaged', why }]);
    });
  }

  it('reports what is longer than its limit, and holds no more than that', () => {
    const stream = new GdbStream(8);
    assert.deepEqual(stream.push(encodeGdbPacket(ascii('123456789'))), [{ kind: 'damaged', why: 'length' }]);
    assert.deepEqual(stream.push(encodeGdbPacket(ascii('1*~'))), [{ kind: 'damaged', why: 'length' }]);
    assert.deepEqual(told(stream.push(encodeGdbPacket(ascii('12345678')))), ['packet 12345678']);
  });

  it('carries any bytes, in any chunking', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer({ min: 1, max: 64 }), (data, size) => {
        const wire = encodeGdbPacket(escapeGdb(data));
        const stream = new GdbStream();
        const items: GdbItem[] = [];
        for (let at = 0; at < wire.length; at += size)
          items.push(...stream.push(wire.subarray(at, at + size)));
        assert.deepEqual(items, [{ kind: 'packet', body: data }]);
      }),
    );
  });

  it('survives noise, and finds the packet behind it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const stream = new GdbStream();
        stream.push(noise);
        // A noise that ends in `#` or in half a checksum takes up to two packets with it.
        const items = ['OK', 'OK', 'OK'].flatMap((text) => stream.push(encodeGdbPacket(ascii(text))));
        assert.ok(told(items).includes('packet OK'));
      }),
    );
  });
});
