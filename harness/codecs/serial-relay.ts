/** How a relay board is spoken to over its serial port. */
export interface RelayProtocol {
  readonly name: string;
  readonly baudRate: number;
  /** Bytes that pull the relay in or let it go. */
  set(closed: boolean): Uint8Array;
  /** Left out where the board says nothing of itself. */
  readonly query?: Uint8Array;
  /** State of the relay in an answer to `query`; null while the answer is not whole. */
  readonly closedIn?: (answer: Uint8Array) => boolean | null;
}

function channelByte(channel: number): number {
  if (Number.isInteger(channel) && channel >= 1 && channel <= 8) return channel;
  throw new RangeError(`a relay board has channels 1 to 8, not ${channel}`);
}

/**
 * LCUS-1, -2, -4 and -8 boards (CH340, 9600 baud), also sold as "LC USB switch": start A0, channel from 1, operation, and
 * the low byte of their sum: on `A0 01 01 A2`, off `A0 01 00 A1`. They do not answer.
 */
export function lcusRelay(channel = 1): RelayProtocol {
  const at = channelByte(channel);
  const frame = (operation: number) => Uint8Array.of(0xa0, at, operation, (0xa0 + at + operation) & 0xff);
  return { name: `LCUS relay ${at}`, baudRate: 9600, set: (closed) => frame(closed ? 1 : 0) };
}

/** KMTronic USB relays (9600 baud): `FF channel 01` on, `FF channel 00` off. They do not answer. */
export function kmtronicRelay(channel = 1): RelayProtocol {
  const at = channelByte(channel);
  const set = (closed: boolean) => Uint8Array.of(0xff, at, closed ? 1 : 0);
  return { name: `KMTronic relay ${at}`, baudRate: 9600, set };
}

/**
 * Numato USB relay modules: text commands ended by a carriage return, channels from 0, each echoed: `relay on 0`,
 * `relay off 0`; `relay read 0` answers `on` or `off` on a line of its own, then the prompt `>`.
 */
export function numatoRelay(channel = 0): RelayProtocol {
  if (!Number.isInteger(channel) || channel < 0 || channel > 31) {
    throw new RangeError(`a Numato module has channels 0 to 31, not ${channel}`);
  }
  // From channel 10 on they are named by letters: A is 10.
  const at = channel < 10 ? String(channel) : String.fromCharCode(0x41 + channel - 10);
  const text = (command: string) => new TextEncoder().encode(`relay ${command} ${at}\r`);
  return {
    name: `Numato relay ${channel}`,
    baudRate: 19_200,
    set: (closed) => text(closed ? 'on' : 'off'),
    query: text('read'),
    closedIn: (answer) => {
      // Line ends differ between modules: `\n\r` as well as `\r\n`.
      const words = /[\r\n]+(on|off)[\r\n]+>/.exec(new TextDecoder('latin1').decode(answer));
      return words === null ? null : words[1] === 'on';
    },
  };
}
