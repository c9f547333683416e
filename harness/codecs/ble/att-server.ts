import { ATT_ERROR, ATT_MTU, decodeAtt, encodeAtt, type AttPdu } from '#codecs/ble/att.ts';
import { attRangeAnswer, isRangeRequest } from '#codecs/ble/att-server-ranges.ts';
import { AttRefusal } from '#codecs/ble/att-refusal.ts';
import { PreparedWrites } from '#codecs/ble/att-prepared.ts';
import type { GattAttribute } from '#codecs/ble/gatt-database.ts';
import type { RawPdu } from '#codecs/ble/pdu.ts';

/** What a server is built on; one serves one link. */
export interface AttServerOptions {
  readonly database: readonly GattAttribute[];
  /** Largest MTU it agrees to; default 517. */
  readonly mtu?: number;
  /** Values that clients share; kept by handle. Default: a map of its own. */
  readonly values?: Map<number, Uint8Array>;
  /** Called when a client has switched notifications or indications on or off. */
  readonly onConfigured?: (handle: number, bits: number) => void;
}

const COMMAND_BIT = 0x40;
/** What only a server sends, and the confirmation: never answered, whatever is in them. */
const IGNORED: ReadonlySet<number> = new Set([
  0x01, 0x03, 0x05, 0x07, 0x09, 0x0b, 0x0d, 0x0f, 0x11, 0x13, 0x17, 0x19, 0x1b, 0x1d, 0x1e, 0x21, 0x23,
]);

/**
 * The server's side of ATT on one link (Core 6 Vol 3 Part F). Takes any bytes and gives the answer, or null where the
 * protocol has none.
 */
export class AttServer {
  readonly #options: AttServerOptions;
  readonly #byHandle: ReadonlyMap<number, GattAttribute>;
  readonly #shared: Map<number, Uint8Array>;
  readonly #own = new Map<number, Uint8Array>();
  readonly #prepared = new PreparedWrites();
  #mtu: number = ATT_MTU.least;

  constructor(options: AttServerOptions) {
    this.#options = options;
    this.#byHandle = new Map(options.database.map((attribute) => [attribute.handle, attribute]));
    this.#shared = options.values ?? new Map<number, Uint8Array>();
  }

  get mtu(): number {
    return this.#mtu;
  }

  /** Writes that wait for their execution. */
  get queued(): number {
    return this.#prepared.count;
  }

  /** The answer to one PDU. */
  handle(request: Uint8Array, encrypted: boolean): Uint8Array | null {
    const opcode = request[0];
    if (opcode === undefined || IGNORED.has(opcode)) return null;
    const pdu = decodeAtt(request);
    const isCommand = (opcode & COMMAND_BIT) !== 0;
    try {
      if (pdu instanceof Error) throw new AttRefusal(ATT_ERROR.invalidPdu, 0);
      if (pdu.type === 'raw') throw new AttRefusal(ATT_ERROR.notSupported, 0);
      const answer = this.#serve(pdu, encrypted);
      return answer === null || isCommand ? null : encodeAtt(answer);
    } catch (error) {
      if (!(error instanceof AttRefusal)) throw error;
      if (isCommand) return null;
      return encodeAtt({ type: 'error', request: opcode, handle: error.handle, code: error.code });
    }
  }

  /** Value of an attribute as this client sees it. */
  valueOf({ handle, isPerClient, value }: GattAttribute): Uint8Array {
    return (isPerClient ? this.#own : this.#shared).get(handle) ?? value;
  }

  /** Bits that the client wrote into the configuration of a value. */
  configured(valueHandle: number): number {
    const configuration = this.#byHandle.get(valueHandle + 1);
    return configuration?.isPerClient === true ? (this.valueOf(configuration)[0] ?? 0) : 0;
  }

  #serve(pdu: AttPdu, encrypted: boolean): AttPdu | RawPdu | null {
    if (isRangeRequest(pdu)) return attRangeAnswer(pdu, this.#view(encrypted));
    switch (pdu.type) {
      case 'mtuReq':
        return this.#agree(pdu.mtu);
      case 'readReq':
        return { type: 'readRsp', value: this.#read(pdu.handle, encrypted).slice(0, this.#mtu - 1) };
      case 'readBlobReq':
        return { type: 'readBlobRsp', value: this.#readFrom(pdu.handle, pdu.offset, encrypted) };
      case 'readMultipleReq':
        return { type: 'readMultipleRsp', values: this.#readAll(pdu.handles, encrypted) };
      case 'readVariableReq':
        return this.#readVariable(pdu.handles, encrypted);
      case 'writeReq':
        this.#write(pdu.handle, pdu.value, encrypted);
        return { type: 'writeRsp' };
      case 'writeCommand':
        this.#write(pdu.handle, pdu.value, encrypted);
        return null;
      case 'prepareReq':
        this.#writable(pdu.handle, encrypted);
        this.#prepared.add(pdu);
        return { ...pdu, type: 'prepareRsp' };
      case 'executeReq':
        return this.#execute(pdu.flags, encrypted);
      default:
        // A signed write: without a key to check the signature with, it is dropped.
        return null;
    }
  }

  #view(encrypted: boolean) {
    return {
      database: this.#options.database,
      mtu: this.#mtu,
      read: (attribute: GattAttribute) => this.#read(attribute.handle, encrypted),
    };
  }

  #agree(asked: number): AttPdu {
    const most = this.#options.mtu ?? ATT_MTU.most;
    this.#mtu = Math.min(most, Math.max(ATT_MTU.least, asked));
    return { type: 'mtuRsp', mtu: most };
  }

  #attribute(handle: number): GattAttribute {
    const attribute = this.#byHandle.get(handle);
    if (attribute === undefined) throw new AttRefusal(ATT_ERROR.invalidHandle, handle);
    return attribute;
  }

  #read(handle: number, encrypted: boolean): Uint8Array {
    const attribute = this.#attribute(handle);
    if (!attribute.canRead) throw new AttRefusal(ATT_ERROR.readNotPermitted, handle);
    if (attribute.needsEncryption && !encrypted) throw new AttRefusal(ATT_ERROR.encryption, handle);
    return this.valueOf(attribute);
  }

  #readFrom(handle: number, offset: number, encrypted: boolean): Uint8Array {
    const value = this.#read(handle, encrypted);
    if (offset > value.length) throw new AttRefusal(ATT_ERROR.invalidOffset, handle);
    return value.slice(offset, offset + this.#mtu - 1);
  }

  #readAll(handles: readonly { readonly handle: number }[], encrypted: boolean): Uint8Array {
    if (handles.length < 2) throw new AttRefusal(ATT_ERROR.invalidPdu, 0);
    const values = handles.map(({ handle }) => this.#read(handle, encrypted));
    return Uint8Array.from(Buffer.concat(values)).slice(0, this.#mtu - 1);
  }

  /** A value that finds no room is cut, and so are those behind it; each handle is checked all the same. */
  #readVariable(handles: readonly { readonly handle: number }[], encrypted: boolean): RawPdu {
    if (handles.length < 2) throw new AttRefusal(ATT_ERROR.invalidPdu, 0);
    const values = handles.map(({ handle }) => ({ value: this.#read(handle, encrypted) }));
    const whole = encodeAtt({ type: 'readVariableRsp', values }).subarray(1, this.#mtu);
    return { type: 'raw', code: 0x21, body: whole };
  }

  #writable(handle: number, encrypted: boolean): GattAttribute {
    const attribute = this.#attribute(handle);
    if (!attribute.canWrite) throw new AttRefusal(ATT_ERROR.writeNotPermitted, handle);
    if (attribute.needsEncryption && !encrypted) throw new AttRefusal(ATT_ERROR.encryption, handle);
    return attribute;
  }

  #write(handle: number, value: Uint8Array, encrypted: boolean): void {
    const attribute = this.#writable(handle, encrypted);
    if (value.length > attribute.longest) throw new AttRefusal(ATT_ERROR.invalidLength, handle);
    if (attribute.isPerClient && value.length !== 2) throw new AttRefusal(ATT_ERROR.invalidLength, handle);
    const refused = attribute.written?.(value) ?? null;
    if (refused !== null) throw new AttRefusal(refused, handle);
    (attribute.isPerClient ? this.#own : this.#shared).set(handle, value);
    if (attribute.isPerClient) this.#options.onConfigured?.(handle - 1, value[0] ?? 0);
  }

  #execute(flags: number, encrypted: boolean): AttPdu {
    if (flags > 1) throw new AttRefusal(ATT_ERROR.invalidPdu, 0);
    const parts = this.#prepared.take();
    if (flags === 0) return { type: 'executeRsp' };
    const written = parts.reduce((values, { handle, offset, value }) => {
      const before = values.get(handle) ?? this.valueOf(this.#writable(handle, encrypted));
      if (offset > before.length) throw new AttRefusal(ATT_ERROR.invalidOffset, handle);
      return values.set(handle, Uint8Array.from([...before.subarray(0, offset), ...value]));
    }, new Map<number, Uint8Array>());
    for (const [handle, value] of written) this.#write(handle, value, encrypted);
    return { type: 'executeRsp' };
  }
}
