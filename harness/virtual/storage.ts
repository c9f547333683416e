import { hash } from 'node:crypto';
import type { Tear } from '#core/capabilities.ts';
import { InternalError } from '#core/errors.ts';
import { dice, tornErase, tornWrite } from '#virtual/tear.ts';

/** An operation that changes flash or fuses, and can be interrupted. */
export type StorageOperation =
  | { readonly kind: 'write'; readonly address: number; readonly data: Uint8Array }
  | { readonly kind: 'erase'; readonly address: number; readonly length: number }
  | { readonly kind: 'fuse'; readonly address: number; readonly bits: number };

/** Power is gone: thrown out of the interrupted operation, through whatever code was running. */
export class PowerLost extends Error {
  override readonly name = 'PowerLost';
  readonly index: number;
  readonly operation: StorageOperation;

  constructor(index: number, operation: StorageOperation) {
    super(`power lost at operation ${index}`);
    this.index = index;
    this.operation = operation;
  }
}

export interface StorageShape {
  /** Bytes. */
  readonly size: number;
  readonly page: number;
  readonly word: number;
  /** Number of 32-bit one-time-programmable words. */
  readonly fuses: number;
}

export interface ArmedCut {
  /** Counted from now: 0 is the next operation. */
  readonly index: number;
  readonly tear: Tear;
  readonly seed: number;
}

/** Where `rewind` goes back to. */
export interface Mark {
  readonly depth: number;
}

type Undo =
  { readonly page: number; readonly before: Uint8Array } | { readonly fuse: number; readonly before: number };

/**
 * NOR flash and fuses of one chip. A write only clears bits, an erase sets a whole page, a fuse bit is set for ever.
 * Each call of `write`, of `burn`, and each page of `erase` is one counted operation, at which an armed cut can strike
 * before, inside or after it. Changes can be undone back to a mark, so that thousands of cuts share one start state.
 */
export class Storage {
  readonly shape: StorageShape;
  /** Flash content, for reading only. */
  readonly bytes: Uint8Array;
  /** Fuse words, for reading only. */
  readonly fuses: Uint32Array;
  /** Operations since construction. */
  operations = 0;
  /** Sees every operation before it is carried out. */
  onOperation: ((operation: StorageOperation) => void) | null = null;
  #armed: { at: number; tear: Tear; seed: number } | null = null;
  readonly #undo: Undo[] = [];
  readonly #saved = new Set<number>();
  #marks = 0;

  constructor(shape: StorageShape) {
    this.shape = shape;
    this.bytes = new Uint8Array(shape.size).fill(0xff);
    this.fuses = new Uint32Array(shape.fuses);
  }

  arm(cut: ArmedCut): void {
    this.#armed = { at: this.operations + cut.index, tear: cut.tear, seed: cut.seed };
  }

  disarm(): void {
    this.#armed = null;
  }

  /** Programs `data` at `address`; both word-aligned. */
  write(address: number, data: Uint8Array): void {
    this.#check(address, data.length, this.shape.word, 'write');
    if (data.length > 0) this.apply({ kind: 'write', address, data });
  }

  /** Erases whole pages, one operation each, lowest first. */
  erase(address: number, length: number): void {
    this.#check(address, length, this.shape.page, 'erase');
    for (let page = address; page < address + length; page += this.shape.page) {
      this.apply({ kind: 'erase', address: page, length: this.shape.page });
    }
  }

  /** Sets bits of a fuse word. */
  burn(word: number, bits: number): void {
    if (word < 0 || word >= this.fuses.length) throw outside('burn', word, 1, this.fuses.length);
    this.apply({ kind: 'fuse', address: word, bits });
  }

  /** Carries an operation out, or is interrupted in it. */
  apply(operation: StorageOperation): void {
    const index = this.operations++;
    this.onOperation?.(operation);
    const cut = this.#armed;
    if (cut === null || cut.at !== index) {
      this.#carryOut(operation);
      return;
    }
    this.#armed = null;
    if (cut.tear === 'after') this.#carryOut(operation);
    if (cut.tear === 'torn') this.tear(operation, cut.seed);
    throw new PowerLost(index, operation);
  }

  /** Leaves an operation half done, as a power cut inside it would. */
  tear(operation: StorageOperation, seed: number): void {
    const roll = dice(seed);
    if (operation.kind === 'fuse') {
      if (roll(2) === 1) this.#carryOut(operation);
      return;
    }
    const length = operation.kind === 'write' ? operation.data.length : operation.length;
    const old = this.bytes.subarray(operation.address, operation.address + length);
    const left =
      operation.kind === 'write'
        ? tornWrite(old, operation.data, this.shape.word, roll)
        : tornErase(old, this.shape.word, roll);
    this.#touch(operation.address, length);
    this.bytes.set(left, operation.address);
  }

  /** Starts (or nests) an undo log. */
  mark(): Mark {
    this.#marks += 1;
    this.#saved.clear();
    return { depth: this.#undo.length };
  }

  /** Undoes everything since the mark and ends it. Marks nest: the newest first. */
  rewind(mark: Mark): void {
    while (this.#undo.length > mark.depth) {
      const entry = this.#undo.pop();
      if (entry === undefined) break;
      if ('page' in entry) this.bytes.set(entry.before, entry.page * this.shape.page);
      else this.fuses[entry.fuse] = entry.before;
    }
    this.#marks -= 1;
    this.#saved.clear();
  }

  /** Whole content, for a checkpoint. */
  save(): { readonly flash: Uint8Array; readonly fuses: Uint32Array } {
    return { flash: this.bytes.slice(), fuses: this.fuses.slice() };
  }

  /** Not allowed under a mark. */
  load(content: { readonly flash: Uint8Array; readonly fuses: Uint32Array }): void {
    if (this.#marks > 0) {
      throw new InternalError({
        code: 'load-under-mark',
        message: 'storage content replaced while an undo log is open',
        remedy: 'rewind the mark first',
      });
    }
    this.bytes.set(content.flash);
    this.fuses.set(content.fuses);
    this.disarm();
  }

  /** SHA-256 of flash and fuses, hex. */
  digest(): string {
    const fuses = new Uint8Array(this.fuses.buffer, this.fuses.byteOffset, this.fuses.byteLength);
    return hash('sha256', Buffer.concat([this.bytes, fuses]), 'hex');
  }

  #carryOut(operation: StorageOperation): void {
    if (operation.kind === 'fuse') {
      if (this.#marks > 0)
        this.#undo.push({ fuse: operation.address, before: this.fuses[operation.address] ?? 0 });
      this.fuses[operation.address] = (this.fuses[operation.address] ?? 0) | operation.bits;
      return;
    }
    const { address } = operation;
    if (operation.kind === 'erase') {
      this.#touch(address, operation.length);
      this.bytes.fill(0xff, address, address + operation.length);
      return;
    }
    this.#touch(address, operation.data.length);
    program(this.bytes.subarray(address, address + operation.data.length), operation.data);
  }

  #touch(address: number, length: number): void {
    if (this.#marks === 0) return;
    const { page } = this.shape;
    for (let number = Math.floor(address / page); number * page < address + length; number++) {
      if (this.#saved.has(number)) continue;
      this.#saved.add(number);
      this.#undo.push({ page: number, before: this.bytes.slice(number * page, (number + 1) * page) });
    }
  }

  #check(address: number, length: number, unit: number, what: string): void {
    if (address < 0 || length < 0 || address + length > this.shape.size) {
      throw outside(what, address, length, this.shape.size);
    }
    if (address % unit !== 0 || length % unit !== 0) {
      throw new InternalError({
        code: 'storage-alignment',
        message: `${what} of ${length} bytes at 0x${address.toString(16)} is not aligned`,
        expected: `multiples of ${unit}`,
        remedy: 'align the caller: real silicon would fault here',
      });
    }
  }
}

/** Clears the bits that `data` has clear; four bytes at a time where both lie so in memory. */
function program(target: Uint8Array, data: Uint8Array): void {
  const isWhole = ((target.byteOffset | data.byteOffset | data.length) & 3) === 0;
  const words = isWhole ? data.length / 4 : 0;
  const to = isWhole ? new Uint32Array(target.buffer, target.byteOffset, words) : target;
  const from = isWhole ? new Uint32Array(data.buffer, data.byteOffset, words) : data;
  for (let i = 0; i < from.length; i++) to[i] = (to[i] ?? 0) & (from[i] ?? 0);
}

function outside(what: string, address: number, length: number, size: number): InternalError {
  return new InternalError({
    code: 'storage-bounds',
    message: `${what} of ${length} at ${address} lies outside the storage`,
    expected: `within ${size}`,
    remedy: 'check the caller: real silicon would fault here',
  });
}
