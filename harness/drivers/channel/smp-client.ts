import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { CborValue } from '#codecs/cbor.ts';
import { encodeSmpSerial } from '#codecs/smp-serial.ts';
import { decodeSmp, encodeSmp, type SmpAddress, type SmpMessage } from '#codecs/smp.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';

/** What is asked: operation, group and command; the sequence number is the client's business. */
export type SmpCommand = Pick<SmpAddress, 'op' | 'group' | 'command'>;

/** Time an answer may take unless the caller knows better (smp.md section 13). */
const ANSWER_MS = 2500;

/** Asks an SMP server over a console and finds the answer that belongs to the question. Version 2 of the protocol. */
export class SmpClient {
  readonly hub: ConsoleHub;
  readonly clock: Clock;
  #sequence = 0;

  constructor(hub: ConsoleHub, clock: Clock) {
    this.hub = hub;
    this.clock = clock;
  }

  /**
   * Sends one request and gives its answer, errors of the server included. PeerError `no-answer` after the deadline
   * (default 2.5 s), `bad-answer` for one that cannot be read. Late and foreign answers are passed over.
   */
  async ask(
    command: SmpCommand,
    members: Iterable<readonly [string, CborValue]>,
    options: CallOptions,
  ): Promise<SmpMessage> {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xff;
    const address = { ...command, version: 1, sequence };
    const deadlineMs = options.deadlineMs ?? ANSWER_MS;
    const calls = { clock: this.clock, signals: [options.signal, this.hub.closed], deadlineMs };
    const cancel = new AbortController();
    const answer = waitFor<SmpMessage>(
      { ...calls, onDeadline: () => silent(address, deadlineMs) },
      (resolve, reject) => {
        const stop = this.hub.onPacket((packet) => match(packet, address, resolve, reject));
        cancel.signal.addEventListener('abort', () => reject(cancel.signal.reason), { once: true });
        return stop;
      },
    );
    const sent = this.hub.write(encodeSmpSerial(encodeSmp(address, members)), options);
    sent.catch((error: unknown) => cancel.abort(error));
    return answer;
  }
}

function match(
  packet: Uint8Array,
  asked: SmpAddress,
  resolve: (message: SmpMessage) => void,
  reject: (error: unknown) => void,
): void {
  const result = decodeSmp(packet);
  const header = result.ok ? result.message : result.header;
  const ours =
    header?.sequence === asked.sequence &&
    header.group === asked.group &&
    header.command === asked.command &&
    (header.op === asked.op + 1 || (!result.ok && header.op === 3));
  if (!ours) return;
  if (result.ok) resolve(result.message);
  else reject(unreadable(asked, result.why));
}

function silent(asked: SmpAddress, deadlineMs: number): never {
  throw new PeerError({
    code: 'no-answer',
    message: `no answer to ${nameOf(asked)} within ${deadlineMs} ms`,
    remedy: 'see the console for a crash; check that the application serves SMP on this port',
  });
}

function unreadable(asked: SmpAddress, why: string): PeerError {
  return new PeerError({
    code: 'bad-answer',
    message: `the answer to ${nameOf(asked)} cannot be read`,
    expected: 'an SMP message with a CBOR map',
    got: why,
    remedy: 'keep the recorded bytes: an answer that no client can read is a finding in itself',
  });
}

function nameOf(asked: SmpAddress): string {
  return `SMP ${asked.op === 0 ? 'read' : 'write'} ${asked.group}/${asked.command}`;
}
