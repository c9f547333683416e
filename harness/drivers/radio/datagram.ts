import type { InputProtocol } from '#core/board.ts';
import type { CallOptions, Identity, InjectReply, Liveness, RadioLink } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import { waitFor } from '#core/wait.ts';
import type { WireCapture } from '#drivers/radio/wire-capture.ts';
import { COAP_OPTION, COAP_TYPE, decodeCoap, encodeCoap } from '#codecs/coap.ts';
import { decodeDns, DNS_CLASS_IN, DNS_TYPE, encodeDns } from '#codecs/dns.ts';
import { dnsName, dnsText } from '#codecs/dns-name.ts';
import { spokenOf } from '#drivers/radio/spoken.ts';

/** Protocols of datagrams. */
export type DatagramProtocol = Extract<InputProtocol, 'coap' | 'mdns'>;

/** The way to the board for datagrams. */
export interface DatagramLink {
  send(protocol: DatagramProtocol, bytes: Uint8Array): void;
  /** Datagrams from the board; gives how to stop listening. */
  onDatagram(protocol: DatagramProtocol, listener: (bytes: Uint8Array) => void): () => void;
}

export interface DatagramRadioOptions {
  readonly link: DatagramLink;
  readonly clock: Clock;
  readonly identity: Identity;
  /** Aborted when the rig closes. */
  readonly closed: AbortSignal;
  /** Name that the board answers to by mDNS: `board.local`. */
  readonly name: string;
  /** What passes. */
  readonly wire: WireCapture;
  /** The last console lines, for a board that does not answer. */
  tail(): string;
}

/** What comes later than this after an injected datagram is not counted as its answer. */
const QUIET_MS = 300;
const ALIVE_MS = 5_000;
const ASK_MS = 500;
/** RFC 7252 6.1, RFC 6762 3. */
const PORT: Readonly<Record<DatagramProtocol, number>> = { coap: 5683, mdns: 5353 };
const CONTENT = 0x45;
const NOTHING = new Uint8Array();

/** A valid question, and how its answer is told from everything else. */
interface Question {
  readonly bytes: Uint8Array;
  isAnswer(bytes: Uint8Array): boolean;
}

/** Hostile datagrams: requests to a CoAP server, multicast messages to an mDNS responder. */
export class DatagramRadio implements RadioLink {
  readonly protocols: readonly DatagramProtocol[] = ['coap', 'mdns'];
  readonly #options: DatagramRadioOptions;
  #asked = 0;

  constructor(options: DatagramRadioOptions) {
    this.#options = options;
  }

  async inject(protocol: InputProtocol, bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    const anything: Question = { bytes, isAnswer: () => true };
    const limits = { deadlineMs: QUIET_MS, ...options };
    const answer = await this.#exchange(spokenOf(this.protocols, protocol), anything, limits);
    return answer === null ? { reaction: 'silent', bytes: NOTHING } : { reaction: 'answered', bytes: answer };
  }

  /** Alive is `status` read by CoAP, or the board's own name resolved by mDNS. Asked until the deadline. */
  async alive(protocol: InputProtocol, options: CallOptions): Promise<Liveness> {
    const spoken = spokenOf(this.protocols, protocol);
    const { clock, identity } = this.#options;
    const until = clock.now() + (options.deadlineMs ?? ALIVE_MS);
    let asked = 0;
    for (let left = until - clock.now(); left > 0; left = until - clock.now()) {
      asked += 1;
      const question = spoken === 'coap' ? this.#status() : this.#name();
      const deadlineMs = Math.min(left, ASK_MS);
      const answer = await this.#exchange(spoken, question, { ...options, deadlineMs });
      if (answer === null) continue;
      const how = spoken === 'coap' ? 'CoAP GET of status' : 'mDNS question for its name';
      return { alive: true, boots: identity.boots().length, how };
    }
    return {
      alive: false,
      boots: identity.boots().length,
      how: `${asked} questions, no answer; ${this.#options.tail()}`,
    };
  }

  capture(): Uint8Array | null {
    return this.#options.wire.take();
  }

  #exchange(
    protocol: DatagramProtocol,
    question: Question,
    options: CallOptions & { readonly deadlineMs: number },
  ): Promise<Uint8Array | null> {
    const { link, clock, closed, wire } = this.#options;
    const port = PORT[protocol];
    const { signal, deadlineMs } = options;
    return waitFor<Uint8Array | null>(
      { clock, signals: [signal, closed], deadlineMs, onDeadline: () => null },
      (resolve) => {
        const stop = link.onDatagram(protocol, (heard) => {
          wire.datagram(true, port, heard);
          if (question.isAnswer(heard)) resolve(heard);
        });
        wire.datagram(false, port, question.bytes);
        link.send(protocol, question.bytes);
        return stop;
      },
    );
  }

  #status(): Question {
    this.#asked = (this.#asked + 1) % 0x1_0000;
    const token = Uint8Array.of(0xa5, this.#asked >> 8, this.#asked & 0xff);
    const options = [{ number: COAP_OPTION.uriPath, value: Uint8Array.from(Buffer.from('status')) }];
    const bytes = encodeCoap({
      type: COAP_TYPE.confirmable,
      code: 1,
      id: this.#asked,
      token,
      options,
      payload: NOTHING,
    });
    return {
      bytes,
      isAnswer: (heard) => {
        const message = decodeCoap(heard);
        return (
          !(message instanceof Error) &&
          message.code === CONTENT &&
          Buffer.compare(message.token, token) === 0
        );
      },
    };
  }

  #name(): Question {
    const { name } = this.#options;
    const question = { name: dnsName(name), type: DNS_TYPE.a, class: DNS_CLASS_IN };
    return {
      bytes: encodeDns({
        id: 0,
        flags: 0,
        questions: [question],
        answers: [],
        authorities: [],
        additionals: [],
      }),
      isAnswer: (heard) => {
        const message = decodeDns(heard);
        return !(message instanceof Error) && message.answers.some((answer) => dnsText(answer.name) === name);
      },
    };
  }
}
