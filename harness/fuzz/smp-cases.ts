import type { FuzzCase } from '#core/verbs.ts';
import { encodeSmpSerial } from '#codecs/smp-serial.ts';
import { SMP_HEADER, SMP_OP } from '#codecs/smp.ts';
import { malformedCbor, nestedCbor } from '#fuzz/cbor-cases.ts';
import { boundaries, havoc, overwrite, truncations } from '#fuzz/mutate.ts';
import { rng } from '#fuzz/rng.ts';
import {
  ECHO,
  isDestructive,
  smpPacket,
  smpRequest,
  STATE_WRITE,
  UPLOAD,
  validRequests,
} from '#fuzz/smp-messages.ts';

/** Largest packet that boards of the family take. */
const MOST = 1000;

/** Offsets of operation and length in an SMP header. */
const AT = { op: 0, length: 2 } as const;

/** Packets in sound frames: what they contain is the server's problem, not its transport's. */
function framed(cases: readonly FuzzCase[]): readonly FuzzCase[] {
  return cases.map(({ name, bytes }) => ({ name, bytes: encodeSmpSerial(bytes) }));
}

/** Every kind of request, cut short at every byte. */
export function smpTruncated(): readonly FuzzCase[] {
  return framed(validRequests().flatMap(([what, packet]) => truncations(what, packet)));
}

/** The same, with a header that tells the length of what is left: the cut is for the CBOR parser to find. */
export function smpShortened(): readonly FuzzCase[] {
  const shortened = validRequests().flatMap(([what, packet]) =>
    truncations(`payload of ${what}`, packet.subarray(SMP_HEADER)).map(({ name, bytes }) => {
      const whole = Uint8Array.from([...packet.subarray(0, SMP_HEADER), ...bytes]);
      new DataView(whole.buffer).setUint16(AT.length, bytes.length);
      return { name, bytes: whole };
    }),
  );
  return framed(shortened);
}

/** Header lengths that do not tell the truth, alone and with a second request behind. */
export function smpLengthLies(): readonly FuzzCase[] {
  const lies = validRequests().flatMap(([what, packet]) =>
    overwrite(`${what}, header length`, packet, AT.length, 2, boundaries(16, packet.length - SMP_HEADER)),
  );
  const echo = smpRequest(ECHO, [['d', 'fuzz']]);
  const pairs = boundaries(16, echo.length - SMP_HEADER).map((length) => ({
    name: `echo said to have ${length} bytes, then another`,
    bytes: Buffer.concat([smpPacket(ECHO, echo.subarray(SMP_HEADER), length), echo]),
  }));
  return framed([...lies, ...pairs]);
}

/** Operations, versions, groups and commands that do not exist; reads only where a write could do harm. */
export function smpCommands(): readonly FuzzCase[] {
  const echo = smpRequest(ECHO, [['d', 'fuzz']]);
  const first = overwrite(
    'echo, operation and version',
    echo,
    AT.op,
    1,
    Array.from({ length: 64 }, (_, value) => value).filter((value) => (value & 7) !== SMP_OP.write),
  );
  const groups = [2, 3, 4, 7, 8, 9, 10, 11, 62, 64, 255, 256, 0x7fff, 0xffff].map((group) => ({
    name: `read of group ${group}`,
    bytes: smpPacket({ op: SMP_OP.read, group, command: 0 }, Uint8Array.of(0xa0)),
  }));
  const commands = [0, 1].flatMap((group) =>
    [1, 2, 3, 9, 70, 127, 128, 254, 255].map((command) => ({
      name: `read of group ${group}, command ${command}`,
      bytes: smpPacket({ op: SMP_OP.read, group, command }, Uint8Array.of(0xa0)),
    })),
  );
  const many = {
    name: '40 empty echo requests in one packet',
    bytes: Buffer.concat(Array.from({ length: 40 }, () => smpPacket(ECHO, Uint8Array.of(0xa0)))),
  };
  return framed([...first, ...groups, ...commands, many]);
}

/** CBOR nested to every depth, as the value of a key that no server knows. */
export function smpNesting(): readonly FuzzCase[] {
  return framed(
    nestedCbor(MOST - SMP_HEADER).map(({ name, bytes }) => ({
      name: `echo with ${name}`,
      bytes: smpPacket(ECHO, bytes),
    })),
  );
}

/** CBOR that no sound encoder makes, to servers of three commands. */
export function smpMalformedCbor(): readonly FuzzCase[] {
  const commands = [
    ['echo', ECHO],
    ['image state', STATE_WRITE],
    ['image upload', UPLOAD],
  ] as const;
  return framed(
    commands.flatMap(([what, command]) =>
      malformedCbor().map(({ name, bytes }) => ({
        name: `${what}: ${name}`,
        bytes: smpPacket(command, bytes),
      })),
    ),
  );
}

/** Random damage to valid requests, in sound frames; a function of the seed and the case's number. */
export function smpHavoc(seed: number, count: number): readonly FuzzCase[] {
  const requests = validRequests();
  const cases: FuzzCase[] = [];
  for (let number = 0; cases.length < count; number++) {
    const stream = rng(seed, `smp havoc ${number}`);
    const [what, packet] = requests[stream.below(requests.length)] ?? ['echo', new Uint8Array(1)];
    const damaged = havoc(what, packet, stream);
    if (damaged.bytes.length <= MOST && !isDestructive(damaged.bytes)) cases.push(damaged);
  }
  return framed(cases);
}
