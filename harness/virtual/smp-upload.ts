import { hash } from 'node:crypto';
import { IMAGE_ERROR } from '#codecs/smp-error.ts';
import { busFault } from '#virtual/app-fault.ts';
import type { ImageStore, SlotEntry } from '#virtual/image-store.ts';
import { byteString, flag, INVALID, unsigned, type SmpReply, type SmpRequest } from '#virtual/smp-request.ts';

/** Bytes of MCUboot's image header, which the first chunk must hold whole. */
const IMAGE_HEADER = 32;
const IMAGE_MAGIC = 0x96f3b83d;
/** Flash is written in whole words; what is left over waits for the next chunk. */
const WORD = 4;

interface Session {
  readonly size: number;
  readonly sha: Uint8Array;
  /** Bytes received. */
  offset: number;
  /** Received but not yet a whole word. */
  rest: Uint8Array;
}

interface Chunk {
  readonly data: Uint8Array;
  readonly offset: number;
  readonly length: number | undefined;
  readonly sha: Uint8Array;
  readonly upgradeOnly: boolean;
}

/** The upload command (image group, id 1): one session for all clients, resynchronised by the offset answered. */
export class SmpUpload {
  readonly #store: ImageStore;
  readonly #unchecked: boolean;
  #session: Session | null = null;

  constructor(store: ImageStore, flaws: ReadonlySet<string>) {
    this.#store = store;
    this.#unchecked = flaws.has('smp/upload-offset-unchecked');
  }

  /** Forgets a session: after an erase, or a changed slot. */
  drop(): void {
    this.#session = null;
  }

  /** Takes one chunk. */
  handle(request: SmpRequest): SmpReply {
    const chunk = chunkOf(request);
    if (chunk === null) return INVALID;
    if ('error' in chunk) return chunk;
    if (chunk.offset > 0 && this.#unchecked) return this.#writeAnywhere(chunk);
    return chunk.offset === 0 ? this.#first(chunk) : this.#next(chunk);
  }

  #first(chunk: Chunk): SmpReply {
    const refused = this.#inspect(chunk);
    if (refused !== null) return { error: refused };
    const running = this.#session;
    if (running !== null && chunk.sha.length > 0 && same(running.sha, chunk.sha)) return at(running.offset);
    const slot = this.#refuseSlot(chunk);
    if (slot !== null) return { error: slot };
    const session = { size: chunk.length ?? 0, sha: chunk.sha, offset: 0, rest: new Uint8Array() };
    this.#session = null;
    this.#store.erase(session.size);
    this.#session = session;
    return this.#append(session, chunk.data);
  }

  /** Checks of the first chunk that need no flash, in the server's order (smp.md section 7). */
  #inspect(chunk: Chunk): number | null {
    if (chunk.data.length < IMAGE_HEADER) return IMAGE_ERROR.invalidHeader;
    if (chunk.length === undefined) return IMAGE_ERROR.invalidLength;
    if (viewOf(chunk.data).getUint32(0, true) !== IMAGE_MAGIC) return IMAGE_ERROR.headerMagic;
    return chunk.sha.length > 32 ? IMAGE_ERROR.invalidHash : null;
  }

  #refuseSlot(chunk: Chunk): number | null {
    const slots = this.#store.list();
    if (slots.some((entry) => entry.slot === this.#store.updateSlot && (entry.confirmed || entry.active))) {
      return IMAGE_ERROR.noFreeSlot;
    }
    if ((chunk.length ?? 0) > this.#store.maxImageSize) return IMAGE_ERROR.tooLarge;
    if (chunk.data.length > (chunk.length ?? 0)) return IMAGE_ERROR.dataOverrun;
    const running = slots.find((entry) => entry.active);
    return chunk.upgradeOnly && running !== undefined && !isNewer(chunk.data, running)
      ? IMAGE_ERROR.currentIsNewer
      : null;
  }

  #next(chunk: Chunk): SmpReply {
    const session = this.#session;
    if (session === null) return { error: IMAGE_ERROR.invalidOffset };
    if (chunk.offset !== session.offset) return at(session.offset);
    if (session.offset + chunk.data.length > session.size) return { error: IMAGE_ERROR.dataOverrun };
    return this.#append(session, chunk.data);
  }

  #append(session: Session, data: Uint8Array): SmpReply {
    const start = session.offset - session.rest.length;
    const bytes = Buffer.concat([session.rest, data]);
    const last = session.offset + data.length >= session.size;
    const whole = last ? bytes.length : bytes.length - (bytes.length % WORD);
    if (whole > 0) this.#store.write(start, bytes.subarray(0, whole));
    session.rest = Uint8Array.from(bytes.subarray(whole));
    session.offset += data.length;
    return last ? this.#finish(session) : at(session.offset);
  }

  #finish(session: Session): SmpReply {
    this.#session = null;
    if (session.sha.length !== 32) return at(session.size);
    const written = hash('sha256', this.#store.read(0, session.size), 'buffer');
    return {
      members: [
        ['off', session.size],
        ['match', same(written, session.sha)],
      ],
    };
  }

  /** Flaw: neither a session nor the end of the slot stops this write. */
  #writeAnywhere(chunk: Chunk): SmpReply {
    const start = chunk.offset - (chunk.offset % WORD);
    if (start + chunk.data.length > this.#store.slotSize) throw busFault(chunk.offset);
    this.#store.write(start, chunk.data);
    const end = chunk.offset + chunk.data.length;
    if (this.#session !== null) this.#session.offset = end;
    return this.#session !== null && end >= this.#session.size ? this.#finish(this.#session) : at(end);
  }
}

function chunkOf(request: SmpRequest): Chunk | { readonly error: number } | null {
  const map = request.members();
  if (map === null) return null;
  const [data, offset] = [byteString(map, 'data'), unsigned(map, 'off')];
  const [length, sha, upgrade] = [unsigned(map, 'len'), byteString(map, 'sha'), flag(map, 'upgrade')];
  if (data === null || offset === null || length === null || sha === null || upgrade === null) return null;
  if (unsigned(map, 'image') === null) return null;
  if (offset === undefined) return { error: IMAGE_ERROR.invalidOffset };
  return {
    data: data ?? new Uint8Array(),
    offset,
    length,
    sha: sha ?? new Uint8Array(),
    upgradeOnly: upgrade ?? false,
  };
}

function at(offset: number): SmpReply {
  return { members: [['off', offset]] };
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** Version of an image header (major, minor, revision; the build number does not count here) above the running one. */
function isNewer(header: Uint8Array, running: SlotEntry): boolean {
  const view = viewOf(header);
  const offered = [view.getUint8(20), view.getUint8(21), view.getUint16(22, true)];
  const current = running.version.split(/[.+]/).map(Number);
  for (const [index, part] of offered.entries()) {
    const other = current[index] ?? 0;
    if (part !== other) return part > other;
  }
  return false;
}
