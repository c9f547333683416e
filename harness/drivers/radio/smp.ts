import type { InputProtocol } from '#core/board.ts';
import type { CallOptions, Identity, InjectReply, Liveness, RadioLink } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import { complaintOf } from '#codecs/smp-error.ts';
import { OS_COMMAND, SMP_GROUP, SMP_OP, type SmpMessage } from '#codecs/smp.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';
import { SERIAL_INTERFACE, WireCapture } from '#drivers/radio/wire-capture.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { spokenOf } from '#drivers/radio/spoken.ts';

/** What comes later than this after an injected input is not counted as its answer. */
const QUIET_MS = 400;
const ALIVE_MS = 5_000;
const ECHO_MS = 1_000;
const MOST_BYTES = 65_536;
/** Another text in so many echoes is the server's own; before that it may be a late answer to what was injected. */
const OTHER_TEXTS = 3;
const OTHER_TEXT = 'SMP echo gave back another text';

/** What became of one echo. */
type Heard =
  { readonly heard: true; readonly wrong: string | null } | { readonly heard: false; readonly why: string };

/** Injects raw bytes into a serial SMP line, and asks for an echo to see whether the server lives. */
export class SmpRadio implements RadioLink {
  readonly protocols: readonly InputProtocol[] = ['smp'];
  readonly #client: SmpClient<ConsoleHub>;
  readonly #identity: Identity;
  readonly #wire: WireCapture;
  #nonce = 0;

  constructor(client: SmpClient<ConsoleHub>, identity: Identity) {
    this.#client = client;
    this.#identity = identity;
    this.#wire = new WireCapture(client.clock, SERIAL_INTERFACE);
    client.link.onBytes((bytes) => this.#wire.serial(true, bytes));
    client.link.onWritten((bytes) => this.#wire.serial(false, bytes));
  }

  /** Writes the bytes as they are; the answer is the first SMP packet within 400 ms. */
  async inject(protocol: InputProtocol, bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    spokenOf(this.protocols, protocol);
    const { link: hub, clock } = this.#client;
    const cancel = new AbortController();
    const silent = (): InjectReply => ({ reaction: 'silent', bytes: new Uint8Array() });
    const signals = [options.signal, hub.closed, cancel.signal];
    const sendMs = (bytes.length * 10) / 9.6;
    const answer = waitFor<InjectReply>(
      { clock, signals, deadlineMs: sendMs + QUIET_MS, onDeadline: silent },
      (resolve) =>
        hub.onPacket((packet) => resolve({ reaction: 'answered', bytes: packet.slice(0, MOST_BYTES) })),
    );
    hub.write(bytes, options).catch((error: unknown) => cancel.abort(error));
    return answer;
  }

  /**
   * Alive is an echo of a fresh text and nothing behind it: bytes of an earlier message would be a leak. Asked again
   * every second until the deadline, since an injected line without an end swallows the first question; and at once where
   * the text is another, since a slow server may still be answering injected echoes under the number of ours.
   */
  async alive(protocol: InputProtocol, options: CallOptions): Promise<Liveness> {
    spokenOf(this.protocols, protocol);
    const { clock, link: hub } = this.#client;
    const until = clock.now() + (options.deadlineMs ?? ALIVE_MS);
    let last = 'not asked';
    let others = 0;
    for (let left = until - clock.now(); left > 0; left = until - clock.now()) {
      const answer = await this.#echo({ ...options, deadlineMs: Math.min(left, ECHO_MS) });
      if (answer.heard && answer.wrong === OTHER_TEXT) others += 1;
      if (answer.heard && answer.wrong === OTHER_TEXT && others < OTHER_TEXTS) {
        last = OTHER_TEXT;
        continue;
      }
      if (answer.heard && answer.wrong !== null) {
        return { ...this.#liveness(false, answer.wrong), oracle: 'wrong-answer' };
      }
      if (answer.heard) return this.#liveness(true, 'SMP echo of a fresh text');
      last = answer.why;
    }
    return this.#liveness(false, `${last}; ${hub.tail()}`);
  }

  capture(): Uint8Array | null {
    return this.#wire.take();
  }

  async #echo(options: CallOptions): Promise<Heard> {
    this.#nonce += 1;
    const said = `assay echo ${this.#nonce}`;
    const command = { op: SMP_OP.write, group: SMP_GROUP.os, command: OS_COMMAND.echo };
    try {
      const answer = await this.#client.ask(command, [['d', said]], options);
      return { heard: true, wrong: faultOf(answer, said) };
    } catch (error) {
      if (error instanceof PeerError && error.code === 'no-answer')
        return { heard: false, why: error.message };
      if (error instanceof PeerError) return { heard: true, wrong: `${error.message}: ${error.got ?? ''}` };
      throw error;
    }
  }

  #liveness(alive: boolean, how: string): Liveness {
    return { alive, how, boots: this.#identity.boots().length };
  }
}

function faultOf(answer: SmpMessage, said: string): string | null {
  const complaint = complaintOf(answer.map);
  if (complaint !== null) return `SMP echo was refused: ${complaint.text}`;
  if (answer.map.get('r') !== said) return OTHER_TEXT;
  if (answer.trailing.length > 0)
    return `SMP echo came with ${answer.trailing.length} foreign bytes behind it`;
  return null;
}
