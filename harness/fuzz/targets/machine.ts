import { encodeGdbPacket, escapeGdb, GdbStream } from '#codecs/gdb-packet.ts';
import {
  parseGdbError,
  parseGdbFeatures,
  parseGdbHex,
  parseGdbRegisters,
  parseGdbRunning,
} from '#codecs/gdb-reply.ts';
import { QemuTrace } from '#codecs/qemu-trace.ts';
import { encodeQmp, QmpStream } from '#codecs/qmp.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const text = (value: string) => Uint8Array.from(Buffer.from(value, 'latin1'));

const TRACE =
  "memory_region_ops_write cpu 0 mr 0x55febb343330 addr 0x3000 value 0x1234ffff size 4 name 'nrf51_soc.flash'\n";

/** Parsers of what debug servers and emulators say. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'gdb-packet',
    seeds: () => [
      encodeGdbPacket(text('T05thread:01;watch:4001e508;')),
      text('+$OK#9a%Stop:T05#00'),
      encodeGdbPacket(escapeGdb(Uint8Array.of(0x23, 0x24, 0x2a, 0x7d, 0))),
    ],
    run: (bytes) =>
      [...new GdbStream(4096).push(bytes)].flatMap((item) => {
        if (item.kind !== 'packet') return [];
        const [again] = new GdbStream(4096).push(encodeGdbPacket(escapeGdb(item.body)));
        return [[item.body, again !== undefined && 'body' in again ? again.body : new Uint8Array()]];
      }),
  },
  {
    name: 'gdb-reply',
    seeds: () => ['T05thread:01;watch:10;', 'E.no', '00ff7e', 'PacketSize=1000;x+', 'O6869'].map(text),
    run: (bytes) => {
      parseGdbRunning(bytes);
      parseGdbError(bytes);
      parseGdbHex(bytes);
      parseGdbRegisters(bytes);
      parseGdbFeatures(bytes);
      return [];
    },
  },
  {
    name: 'qmp',
    seeds: () => [encodeQmp(1, 'stop', {}), text('{"return": {}, "id": 1}\n{"event": "RESET"}\n')],
    run: (bytes) => {
      new QmpStream(4096).push(bytes);
      return [];
    },
  },
  {
    name: 'qemu-trace',
    seeds: () => [text(TRACE)],
    run: (bytes) => {
      new QemuTrace().push(Buffer.from(bytes).toString('latin1'));
      return [];
    },
  },
];
