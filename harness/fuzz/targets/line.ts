import { comPortNumber, decodeComPort, encodeBaudRate, encodeComPort } from '#codecs/rfc2217.ts';
import { fragmentSmp, SmpReassembler } from '#codecs/smp-fragments.ts';
import { encodeSmp } from '#codecs/smp.ts';
import { encodeTelnetData, encodeTelnetVerb, TelnetDecoder } from '#codecs/telnet.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';

const TELNET = [
  Uint8Array.from([...encodeTelnetVerb('will', 44), ...encodeBaudRate(115_200), 0x68, 0x69]),
  Uint8Array.from([0xff, 0xff, ...encodeComPort(105, 8), ...encodeTelnetVerb('do', 0)]),
];

const SMP = encodeSmp({ op: 2, version: 1, group: 0, sequence: 7, command: 0 }, [['d', 'x'.repeat(40)]]);

/** Bytes that Telnet carries, however they come. */
function carried(bytes: Uint8Array): Uint8Array {
  const items = new TelnetDecoder().push(bytes);
  for (const item of items) {
    const message = item.kind === 'subnegotiation' ? decodeComPort(item.bytes) : null;
    if (message !== null) comPortNumber(message);
  }
  return Buffer.concat(items.flatMap((item) => (item.kind === 'data' ? [item.bytes] : [])));
}

/** What a line to a board is wrapped in: Telnet with RFC 2217, fragments of a BLE characteristic. */
export const targets: readonly CodecTarget[] = [
  {
    name: 'telnet',
    seeds: () => TELNET,
    run: (bytes) => {
      const data = carried(bytes);
      return [[data, carried(encodeTelnetData(data))]];
    },
  },
  {
    name: 'smp-fragments',
    seeds: () => [SMP],
    run: (bytes) => {
      const reassembler = new SmpReassembler(1024);
      return fragmentSmp(bytes, 20).flatMap((part) => {
        const result = reassembler.push(part);
        return result.kind === 'packet'
          ? [[result.packet, fragmentSmp(result.packet, 1024)[0] ?? result.packet]]
          : [];
      });
    },
  },
];
