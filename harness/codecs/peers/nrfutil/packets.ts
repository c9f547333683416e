import { bytesToHex } from '@noble/hashes/utils.js';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  encodeCommand,
  encodeInitPacket,
  type InitCommand,
  type InitPacket,
  parseInitPacket,
  signedPacket,
  unsignedPacket,
} from '#codecs/dfu-init-packet.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import { coded, firstDifference, type NrfutilCase, plain } from '#codecs/peers/nrfutil/process.ts';

/** A 32-bit number, the ends of its range more often than not. */
export function anyWord(random: Draw): number {
  return random.pick([0, 1, 0x7f, 0x80, 0xffffffff, random.below(0x10000), random.below(0x1_0000_0000)]);
}

function anyInit(random: Draw): InitCommand {
  const maybe = <T>(value: T): T | null => (random.oneIn(5) ? null : value);
  return {
    fwVersion: maybe(anyWord(random)),
    hwVersion: maybe(anyWord(random)),
    sdReq: Array.from({ length: random.below(18) }, () => anyWord(random)),
    type: maybe(random.below(5)),
    sdSize: maybe(anyWord(random)),
    blSize: maybe(anyWord(random)),
    appSize: maybe(anyWord(random)),
    hash: maybe({ type: random.below(5), bytes: random.bytes(random.below(40)) }),
    isDebug: maybe(random.oneIn(2)),
    bootValidation: Array.from({ length: random.below(5) }, () => ({
      type: random.below(4),
      bytes: random.bytes(random.below(70)),
    })),
  };
}

function anyPacket(random: Draw): Uint8Array {
  const command = encodeCommand(anyInit(random), random.below(2));
  if (random.oneIn(2)) return unsignedPacket(command);
  return signedPacket(command, random.bytes(random.below(70)), random.below(2));
}

/** What the tool's answer calls a packet's values. */
export function packetView({ opCode, init, signature }: InitPacket): Readonly<Record<string, unknown>> {
  const typed = ({ type, bytes }: { type: number; bytes: Uint8Array }) => ({
    type,
    bytes: bytesToHex(bytes),
  });
  return {
    opCode,
    ...init,
    hash: init.hash && typed(init.hash),
    bootValidation: init.bootValidation.map(typed),
    signature: signature && bytesToHex(signature.bytes),
  };
}

/** Values of a packet as far as they differ between ours and the tool's answer. */
export function viewDifference(packet: InitPacket, answer: Readonly<Record<string, unknown>>): string | null {
  if (answer['refused'] !== undefined) return `theirs refused: ${JSON.stringify(answer['refused'])}`;
  return firstDifference(
    Object.entries(packetView(packet)).map(([name, value]) => [name, value, answer[name]]),
  );
}

/** Enumerations that the tool knows; of others Python's protobuf makes unknown fields. */
function isKnown({ opCode, init, signature }: InitPacket): boolean {
  const within = (limit: number, ...values: readonly (number | null | undefined)[]) =>
    values.every((value) => (value ?? 0) < limit);
  return (
    within(2, opCode, signature?.type) &&
    within(5, init.type, init.hash?.type) &&
    within(4, ...init.bootValidation.map(({ type }) => type))
  );
}

/** Init packets alone. */
export const packetCases: readonly NrfutilCase[] = [
  {
    name: 'packet',
    async run(tool, random) {
      const dat = anyPacket(random);
      const packet = parseInitPacket(dat);
      if (isDfuDefect(packet)) return `ours refused: ${JSON.stringify(packet)}`;
      const answer = await tool.ask({ do: 'read-packet', dat: coded(dat) });
      return (
        viewDifference(packet, answer) ??
        firstDifference([
          ['written', dat, plain(answer['written'])],
          ['encoded', encodeInitPacket(packet), dat],
        ])
      );
    },
  },
  {
    // Ours is the stricter reader; but whatever it takes, it must understand as the tool does.
    name: 'mutated packet',
    async run(tool, random) {
      const dat = anyPacket(random);
      dat[random.below(dat.length)] = random.below(256);
      const packet = parseInitPacket(dat);
      const answer = await tool.ask({ do: 'read-packet', dat: coded(dat) });
      if (isDfuDefect(packet) || !isKnown(packet)) return null;
      return viewDifference(packet, answer);
    },
  },
];
