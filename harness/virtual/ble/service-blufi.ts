import {
  BLUFI,
  BLUFI_FRAME,
  BLUFI_NEGOTIATION,
  bluFiType,
  decodeBluFi,
  type BluFiFrame,
} from '#codecs/ble/blufi.ts';
import { encodeLayout } from '#codecs/ble/layout-encode.ts';
import { PROPERTY } from '#codecs/ble/gatt-database.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import type { PeripheralService, ServiceHost } from '#virtual/ble/peripheral-service.ts';

/** Buffers of the application: a name, a password, what a negotiation needs, whatever comes in fragments. */
const MOST = { ssid: 32, password: 64, parameters: 512, whole: 1024 } as const;
/** Errors that are reported (ESP-IDF, `esp_blufi_api.h`). */
const ERROR = { sequence: 0, init: 2, parameters: 8, message: 9 } as const;
const TOTAL = 2;

/** Fragments under way: how long the whole was said to be, and what has come. */
interface Fragments {
  readonly total: number;
  readonly content: number[];
}

/** BluFi of the virtual peripheral. */
export class BluFiService implements PeripheralService {
  readonly spec = {
    uuid: UUID.bluFi,
    characteristics: [
      {
        uuid: UUID.bluFiWrite,
        properties: PROPERTY.write,
        written: (value: Uint8Array): null => {
          this.#take(value);
          return null;
        },
      },
      { uuid: UUID.bluFiNotify, properties: PROPERTY.read | PROPERTY.notify },
    ],
  };
  readonly #host: ServiceHost;
  #sequence = 0;
  #said = 0;
  #fragments: Fragments | null = null;
  #parameters = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  begin(): void {
    [this.#sequence, this.#said, this.#fragments, this.#parameters] = [0, 0, null, 0];
  }

  #take(value: Uint8Array): void {
    const frame = decodeBluFi(value);
    if (frame instanceof Error) return;
    if (frame.sequence !== this.#sequence) {
      this.#error(ERROR.sequence);
      return;
    }
    this.#sequence = (this.#sequence + 1) & 0xff;
    const whole = this.#whole(frame);
    if (whole !== null) this.#serve(frame.type, whole);
  }

  /** The content, put together; null: more is to come, or it does not fit. */
  #whole({ flags, content }: BluFiFrame): Uint8Array | null {
    const isPart = (flags & BLUFI.flag.fragment) !== 0;
    if (!isPart && this.#fragments === null) return content;
    if (isPart && content.length < TOTAL) return this.#refuse();
    const total = (content[0] ?? 0) + 256 * (content[1] ?? 0);
    const under = (this.#fragments ??= { total, content: [] });
    under.content.push(...(isPart ? content.subarray(TOTAL) : content));
    if (under.content.length > under.total && this.#flawed('blufi/fragment-total-trusted')) return null;
    if (under.content.length > Math.min(under.total, MOST.whole)) return this.#refuse();
    if (isPart) return null;
    this.#fragments = null;
    return under.content.length === under.total ? Uint8Array.from(under.content) : this.#refuse();
  }

  #refuse(): null {
    this.#fragments = null;
    this.#error(ERROR.message);
    return null;
  }

  #serve(type: number, content: Uint8Array): void {
    const { kind, control, data } = BLUFI;
    if (type === bluFiType(kind.data, data.negotiation)) this.#negotiate(content);
    else if (type === bluFiType(kind.data, data.ssid)) this.#credential(content, MOST.ssid);
    else if (type === bluFiType(kind.data, data.password)) this.#credential(content, MOST.password);
    else if (type === bluFiType(kind.control, control.status)) this.#say(data.status, Uint8Array.of(0, 1, 0));
    else if (type === bluFiType(kind.control, control.version)) this.#say(data.version, Uint8Array.of(1, 3));
  }

  #negotiate([what, high = 0, low = 0, ...rest]: Uint8Array): void {
    if (what === BLUFI_NEGOTIATION.length) {
      this.#parameters = high * 256 + low;
      if (this.#parameters > MOST.parameters) this.#error(ERROR.parameters);
      return;
    }
    if (what !== BLUFI_NEGOTIATION.parameters) return;
    const came = rest.length + 2;
    if (came < this.#parameters && this.#flawed('blufi/parameter-length-trusted')) return;
    if (came !== this.#parameters) this.#error(ERROR.parameters);
    else this.#say(BLUFI.data.negotiation, Uint8Array.of(0));
  }

  #credential(content: Uint8Array, most: number): void {
    if (content.length <= most) return;
    if (!this.#flawed('blufi/credential-length-trusted')) this.#error(ERROR.message);
  }

  /** Whether the device is built with a flaw that takes it down here. */
  #flawed(flaw: string): boolean {
    if (!this.#host.flaws.has(flaw)) return false;
    this.#host.fail('crash');
    return true;
  }

  #error(code: number): void {
    this.#say(BLUFI.data.error, Uint8Array.of(code));
  }

  #say(subtype: number, content: Uint8Array): void {
    const { kind, flag } = BLUFI;
    const sequence = this.#said;
    this.#said = (this.#said + 1) & 0xff;
    const values = { type: bluFiType(kind.data, subtype), flags: flag.fromDevice, sequence, content };
    this.#host.notify(UUID.bluFiNotify, encodeLayout(BLUFI_FRAME, values));
  }
}
