import { encodeCborMap, type CborValue } from '#codecs/cbor.ts';
import { SMP_ERROR } from '#codecs/smp-error.ts';
import {
  decodeSmpHeader,
  encodeSmpHeader,
  SMP_GROUP,
  SMP_HEADER,
  SMP_OP,
  type SmpHeader,
} from '#codecs/smp.ts';
import { busFault } from '#virtual/app-fault.ts';
import { imageGroup, type ImageGroupOptions } from '#virtual/smp-image-group.ts';
import { osGroup, type OsGroupOptions } from '#virtual/smp-os-group.ts';
import { firstVersionError } from '#virtual/smp-first-version.ts';
import { SmpRequest, type SmpGroupHandlers, type SmpHandler, type SmpReply } from '#virtual/smp-request.ts';

/** What an SMP server is built on. */
export type SmpServerOptions = ImageGroupOptions &
  OsGroupOptions & {
    /** Groups of a development build, by number; commands of the os group are added to it. */
    readonly more?: Readonly<Record<number, SmpGroupHandlers>>;
  };

/**
 * The application's SMP server (smp.md sections 3 to 8): takes packets, gives answers. Survives any bytes, unless built
 * with a flaw; then it may throw `AppFault`. A flash operation may throw `PowerLost`.
 */
export class SmpServer {
  readonly #options: SmpServerOptions;
  readonly #groups: Readonly<Record<number, SmpGroupHandlers>>;
  /** The packet buffer; what a message left in it stays until overwritten. */
  readonly #buffer: Uint8Array;
  #locked = false;
  /** Flaw: length that answers are sent with at least. */
  #staleLength = 0;

  constructor(options: SmpServerOptions) {
    this.#options = options;
    const more = options.more ?? {};
    this.#groups = {
      [SMP_GROUP.image]: imageGroup(options),
      ...more,
      [SMP_GROUP.os]: { ...osGroup(options), ...more[SMP_GROUP.os] },
    };
    this.#buffer = new Uint8Array(options.buffers.size);
  }

  /** Serves the requests of one packet; the first error ends it. */
  handle(packet: Uint8Array): Uint8Array[] {
    if (packet.length > this.#buffer.length) return [];
    this.#buffer.set(packet);
    const answers: Uint8Array[] = [];
    for (let at = 0; at < packet.length && !this.#locked;) {
      const header = decodeSmpHeader(packet.subarray(at));
      if (header === null) break;
      const reply = this.#serve(header, packet.subarray(at + SMP_HEADER));
      if (this.#locked) break;
      answers.push(this.#answer(header, reply, packet.length));
      if (!('members' in reply)) break;
      at += SMP_HEADER + header.length;
    }
    return answers;
  }

  #serve(header: SmpHeader, rest: Uint8Array): SmpReply {
    if (header.version > 1) return { rc: SMP_ERROR.tooNew };
    if (header.length > rest.length && !this.#options.flaws.has('smp/header-length-trusted')) {
      return { rc: SMP_ERROR.corrupt };
    }
    const handler = this.#handlerFor(header);
    if (handler === null) return { rc: SMP_ERROR.notSupported };
    return handler(new SmpRequest(header, this.#payload(header, rest), this.#options.flaws));
  }

  #handlerFor(header: SmpHeader): SmpHandler | null {
    const commands = this.#groups[header.group];
    if (commands === undefined && this.#options.flaws.has('smp/unknown-group-locks')) this.#locked = true;
    const command = commands?.[header.command];
    if (header.op === SMP_OP.read) return command?.read ?? null;
    return header.op === SMP_OP.write ? (command?.write ?? null) : null;
  }

  /** Flaw `header-length-trusted`: reads on into the buffer, and beyond it. */
  #payload(header: SmpHeader, rest: Uint8Array): Uint8Array {
    if (header.length <= rest.length) return rest.subarray(0, header.length);
    if (SMP_HEADER + header.length > this.#buffer.length) throw busFault(0x2004_0000);
    return this.#buffer.subarray(SMP_HEADER, SMP_HEADER + header.length);
  }

  #answer(header: SmpHeader, reply: SmpReply, requestLength: number): Uint8Array {
    if ('rc' in reply && reply.rc === SMP_ERROR.invalid && this.#options.flaws.has('smp/buffer-leak')) {
      this.#staleLength = Math.max(this.#staleLength, requestLength);
    }
    const payload = indefinite(membersOf(header, reply));
    if (SMP_HEADER + payload.length > this.#buffer.length) {
      return this.#frame(header, indefinite([['rc', SMP_ERROR.tooBig]]));
    }
    return this.#frame(header, payload);
  }

  #frame(header: SmpHeader, payload: Uint8Array): Uint8Array {
    const whole = Math.max(SMP_HEADER + payload.length, this.#staleLength);
    const answer = this.#buffer.slice(0, whole);
    answer.set(encodeSmpHeader(answerHeader(header, whole - SMP_HEADER)));
    answer.set(payload, SMP_HEADER);
    return answer;
  }
}

function answerHeader(header: SmpHeader, length: number): SmpHeader {
  const op = header.op === SMP_OP.read ? SMP_OP.readAnswer : SMP_OP.writeAnswer;
  return { ...header, op, version: Math.min(header.version, 1), flags: 0, length };
}

function membersOf(header: SmpHeader, reply: SmpReply): readonly (readonly [string, CborValue])[] {
  if ('members' in reply) return reply.members;
  if ('rc' in reply) return [['rc', reply.rc]];
  const also = reply.also ?? [];
  if (header.version === 0) return [['rc', firstVersionError(header.group, reply.error)], ...also];
  const err = new Map<string, CborValue>([
    ['group', header.group],
    ['rc', reply.error],
  ]);
  return [['err', err], ...also];
}

/** Zephyr answers with maps of indefinite length; so that clients are tested against them, so do we. */
function indefinite(members: readonly (readonly [string, CborValue])[]): Uint8Array {
  return Uint8Array.from([0xbf, ...encodeCborMap(members).subarray(1), 0xff]);
}
