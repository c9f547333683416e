import { PeerError } from '#core/errors.ts';
import { decodeDns, DNS_CLASS_IN, DNS_FLAG, DNS_TYPE, encodeDns, type DnsMessage } from '#codecs/dns.ts';
import { dnsName, dnsText } from '#codecs/dns-name.ts';
import { guruMeditation, taskWatchdog } from '#virtual/esp-fault.ts';
import { mdnsFault } from '#virtual/esp-udp-flaws.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';

const ADDRESS = Uint8Array.of(127, 0, 0, 1);
const TTL_S = 120;
/** Limit of the task watchdog. */
const WATCHDOG_MS = 5000;
const NO_CLASS_BIT = 0x7fff;

/** mDNS responder of the simulated application: answers for its own name. */
export class EspMdns {
  readonly #runtime: EspRuntime;
  readonly #name: string;
  /** Its task follows a pointer round and round. */
  #isStuck = false;

  constructor(runtime: EspRuntime, name: string) {
    this.#runtime = runtime;
    this.#name = name;
  }

  /** What a datagram is answered with; null: nothing. */
  take(bytes: Uint8Array): Uint8Array | null {
    if (this.#isStuck) return null;
    const message = decodeDns(bytes);
    if (message instanceof PeerError) return this.#refuse(message);
    if ((message.flags & DNS_FLAG.response) !== 0) return this.#learn(message);
    const isAsked = message.questions.some(
      (question) =>
        dnsText(question.name) === this.#name &&
        (question.type === DNS_TYPE.a || question.type === DNS_TYPE.any) &&
        (question.class & NO_CLASS_BIT) === DNS_CLASS_IN,
    );
    return isAsked ? this.#answer() : null;
  }

  #refuse(error: PeerError): null {
    const fault = mdnsFault(this.#runtime.flaws, error);
    if (fault !== null) throw fault;
    if (error.code !== 'dns-pointer' || !this.#runtime.flaws.has('dns/compression-loop')) return null;
    this.#isStuck = true;
    this.#runtime.after(WATCHDOG_MS, () => {
      throw taskWatchdog('mdns');
    });
    return null;
  }

  /** Addresses that others announce: looked at, and not kept. */
  #learn({ answers }: DnsMessage): null {
    const isShort = answers.some(({ type, data }) => type === DNS_TYPE.a && data.length !== ADDRESS.length);
    if (isShort && this.#runtime.flaws.has('mdns/record-length-trusted'))
      throw guruMeditation('LoadProhibited');
    return null;
  }

  #answer(): Uint8Array {
    const name = dnsName(this.#name);
    return encodeDns({
      id: 0,
      flags: DNS_FLAG.response | DNS_FLAG.authoritative,
      questions: [],
      answers: [{ name, type: DNS_TYPE.a, class: DNS_CLASS_IN, ttl: TTL_S, data: ADDRESS }],
      authorities: [],
      additionals: [],
    });
  }
}
