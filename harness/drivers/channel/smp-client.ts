import type { CallOptions } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { CborValue } from '#codecs/cbor.ts';
import { decodeSmp, encodeSmp, type SmpAddress, type SmpMessage } from '#codecs/smp.ts';
import type { SmpLink } from '#drivers/channel/smp-link.ts';

/** What is asked: operation, group and command; the sequence number is the client's business. */
export type SmpCommand = Pick<SmpAddress, 'op' | 'group' | 'command'>;

type Member = readonly [string, CborValue];

/** Time an answer may take unless the caller knows better (smp.md section 13). */
const ANSWER_MS = 2500;

/** A request under way. */
export interface SmpPending {
  /** Its answer, errors of the server included; rejects as `ask` does. */
  readonly answer: Promise<SmpMessage>;
  /** No longer waits for the answer, which is rejected; what is being sent is sent to its end. */
  forget(): void;
}

export interface SmpClientOptions {
  /** Version of the protocol that is spoken; default 2, whose errors say their group. */
  readonly version?: 1 | 2;
}

/** Asks an SMP server and finds the answer that belongs to the question; any number of questions at a time. */
export class SmpClient<Link extends SmpLink = SmpLink> {
  readonly link: Link;
  readonly clock: Clock;
  readonly #version: number;
  #sequence = 0;

  constructor(link: Link, clock: Clock, { version = 2 }: SmpClientOptions = {}) {
    this.link = link;
    this.clock = clock;
    this.#version = version - 1;
  }

  /**
   * Sends one request and gives its answer, errors of the server included. PeerError `no-answer` after the deadline
   * (default 2.5 s), `bad-answer` for one that cannot be read. Late and foreign answers are passed over.
   */
  ask(command: SmpCommand, members: Iterable<Member>, options: CallOptions): Promise<SmpMessage> {
    return this.post(command, members, options).answer;
  }

  /** As `ask`, for a caller with several requests under way. */
  post(command: SmpCommand, members: Iterable<Member>, options: CallOptions): SmpPending {
    const sequence = this.#sequence;
    this.#sequence = (sequence + 1) & 0xff;
    const address = { ...command, version: this.#version, sequence };
    const deadlineMs = options.deadlineMs ?? ANSWER_MS;
    const cancel = new AbortController();
    const signals = [options.signal, this.link.closed, cancel.signal];
    const onDeadline = () => silent(address, deadlineMs, this.link);
    const answer = waitFor<SmpMessage>(
      { clock: this.clock, signals, deadlineMs, onDeadline },
      (resolve, reject) => this.link.onPacket((packet) => match(packet, address, resolve, reject)),
    );
    const sent = this.link.sendPacket(encodeSmp(address, canonical(members)), options);
    sent.catch((error: unknown) => cancel.abort(error));
    return { answer, forget: () => cancel.abort(forgotten(address)) };
  }
}

/** Members in the order of canonical CBOR (RFC 7049 section 3.9): as other clients send them, short keys first. */
function canonical(members: Iterable<Member>): readonly Member[] {
  return [...members].sort(([one], [other]) => one.length - other.length || (one < other ? -1 : 1));
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

function silent(asked: SmpAddress, deadlineMs: number, link: SmpLink): never {
  throw new PeerError({
    code: 'no-answer',
    message: `no answer to ${nameOf(asked)} within ${deadlineMs} ms`,
    got: link.tail(),
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

function forgotten(asked: SmpAddress): PeerError {
  return new PeerError({
    code: 'answer-not-awaited',
    message: `the answer to ${nameOf(asked)} is no longer waited for`,
    remedy: 'ask again',
  });
}

function nameOf(asked: SmpAddress): string {
  return `SMP ${asked.op === 0 ? 'read' : 'write'} ${asked.group}/${asked.command}`;
}
