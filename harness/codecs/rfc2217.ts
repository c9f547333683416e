import { encodeTelnetSubnegotiation, TELNET_OPTION } from '#codecs/telnet.ts';

/** Commands of a client (RFC 2217 section 2); a server's answer has the same number plus 100. */
export const COM_PORT = {
  signature: 0,
  baudRate: 1,
  dataSize: 2,
  parity: 3,
  stopSize: 4,
  control: 5,
  lineState: 6,
  modemState: 7,
  suspend: 8,
  resume: 9,
  lineStateMask: 10,
  modemStateMask: 11,
  purge: 12,
} as const;

/** Values of `control` that Assay sets. */
export const COM_CONTROL = { noFlowControl: 1, dtrOn: 8, dtrOff: 9, rtsOn: 11, rtsOff: 12 } as const;

/** Value of `purge` that empties both buffers. */
export const PURGE_BOTH = 3;

/** What a server says: its answer to a command, or a notice of its own. */
export interface ComPortMessage {
  /** As in `COM_PORT`, without the 100. */
  readonly command: number;
  readonly value: Uint8Array;
}

/** A command with a value of one byte. */
export function encodeComPort(command: number, value: number): Uint8Array {
  return encodeTelnetSubnegotiation(TELNET_OPTION.comPort, Uint8Array.of(command, value));
}

/** The baud rate, four bytes big endian; 0 asks for the present one. */
export function encodeBaudRate(baudRate: number): Uint8Array {
  const content = new Uint8Array(5);
  new DataView(content.buffer).setUint32(1, baudRate);
  content[0] = COM_PORT.baudRate;
  return encodeTelnetSubnegotiation(TELNET_OPTION.comPort, content);
}

/** A server's subnegotiation of the COM port option; null for one that no server sends. */
export function decodeComPort(content: Uint8Array): ComPortMessage | null {
  const [command] = content;
  if (command === undefined || command < 100 || command > 112) return null;
  return { command: command - 100, value: content.slice(1) };
}

/** The number in a server's answer: one byte, or four for a baud rate; null where it has another length. */
export function comPortNumber({ command, value }: ComPortMessage): number | null {
  if (command === COM_PORT.baudRate) {
    if (value.length !== 4) return null;
    return new DataView(value.buffer, value.byteOffset, 4).getUint32(0);
  }
  return value.length === 1 ? (value[0] ?? null) : null;
}
