import { encodeTelnetVerb, TELNET_OPTION, type TelnetVerb } from '#codecs/telnet.ts';

const WANTED: ReadonlySet<number> = new Set(Object.values(TELNET_OPTION));

/** Our side of Telnet's negotiation: binary both ways, COM port control, nothing else. */
export class TelnetSession {
  /** Resolves when the server agreed to COM port control. */
  readonly agreed: Promise<void>;
  readonly #send: (bytes: Uint8Array) => void;
  /** What we said of an option last: saying it again would go round for ever. */
  readonly #said = new Set<string>();
  #agree: () => void = () => undefined;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
    this.agreed = new Promise((resolve) => {
      this.#agree = resolve;
    });
    for (const option of WANTED) {
      this.#say('will', option);
      if (option !== TELNET_OPTION.comPort) this.#say('do', option);
    }
  }

  /** Takes a verb of the server. */
  take(verb: TelnetVerb, option: number): void {
    if (verb === 'do' && option === TELNET_OPTION.comPort) this.#agree();
    if (verb === 'will') this.#say(WANTED.has(option) ? 'do' : 'dont', option);
    if (verb === 'do') this.#say(WANTED.has(option) ? 'will' : 'wont', option);
  }

  #say(verb: TelnetVerb, option: number): void {
    const key = `${verb} ${option}`;
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#send(encodeTelnetVerb(verb, option));
  }
}
