import { PeerError } from '#core/errors.ts';
import { COAP_OPTION, COAP_TYPE, decodeCoap, encodeCoap, type CoapMessage } from '#codecs/coap.ts';
import { coapFault } from '#virtual/esp-udp-flaws.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';

const GET = 1;
const CODE = { content: 0x45, badOption: 0x82, notFound: 0x84, notAllowed: 0x85, tooLarge: 0x8d } as const;
const NOTHING = new Uint8Array();
const KNOWN: ReadonlySet<number> = new Set(Object.values(COAP_OPTION));

/** CoAP server of the simulated application: one resource, `status`, to be read. */
export class EspCoap {
  readonly #runtime: EspRuntime;
  readonly #status: string;

  constructor(runtime: EspRuntime, status: string) {
    this.#runtime = runtime;
    this.#status = status;
  }

  /** What a datagram is answered with; null: nothing. */
  take(bytes: Uint8Array): Uint8Array | null {
    const message = decodeCoap(bytes);
    if (message instanceof PeerError) {
      const fault = coapFault(this.#runtime.flaws, message);
      if (fault !== null) throw fault;
      return null;
    }
    const { type, code } = message;
    if (type !== COAP_TYPE.confirmable && type !== COAP_TYPE.nonConfirmable) return null;
    // Empty, a response or reserved: rejected with a reset (RFC 7252, 4.2), which also answers a ping.
    if (code === 0 || code >= 0x20) return this.#reply(message, COAP_TYPE.reset, 0, NOTHING);
    return this.#answer(message);
  }

  #answer(message: CoapMessage): Uint8Array {
    const { code, options } = message;
    const answer = (status: number, payload: Uint8Array = NOTHING) =>
      this.#reply(message, COAP_TYPE.acknowledgement, status, payload);
    // Odd numbers are critical: who does not know them must refuse (5.4.1).
    if (options.some(({ number }) => number % 2 === 1 && !KNOWN.has(number))) return answer(CODE.badOption);
    if (options.some(({ number }) => number === COAP_OPTION.block1)) return answer(CODE.tooLarge);
    if (code !== GET) return answer(CODE.notAllowed);
    const path = options.filter(({ number }) => number === COAP_OPTION.uriPath);
    const isStatus =
      path.length === 1 && Buffer.from(path[0]?.value ?? NOTHING).toString('latin1') === 'status';
    return isStatus
      ? answer(CODE.content, Uint8Array.from(Buffer.from(this.#status)))
      : answer(CODE.notFound);
  }

  #reply({ id, token }: CoapMessage, type: number, code: number, payload: Uint8Array): Uint8Array {
    return encodeCoap({ type, code, id, token: code === 0 ? NOTHING : token, options: [], payload });
  }
}
