import type { Tear } from '#core/tear.ts';
import { InternalError } from '#core/errors.ts';
import { PageDigests } from '#virtual/page-digests.ts';
import { program } from '#virtual/program.ts';
import type { ArmedCut, Mark, StorageContent, StorageShape } from '#virtual/storage-shape.ts';
import { PageStates } from '#virtual/storage-pages.ts';
import { checkFuse, checkRange } from '#virtual/storage-bounds.ts';
import { UndoLog, type PageBefore } from '#virtual/storage-undo.ts';
import { fittingTear, programUnit, torn, type Target } from '#virtual/tear.ts';
import {
  encodeWeakCells,
  NO_WEAK_CELLS,
  poweredUp,
  strengthened,
  weakened,
  weakText,
  type WeakCells,
} from '#virtual/weak-cells.ts';

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

const FUSE_BYTES = 4;

/**
 * NOR flash and fuses of one chip. A write only clears bits, an erase sets a whole page, a fuse bit is set for ever.
 * Each call of `write`, of `burn`, and each page of `erase` is one counted operation, at which an armed cut can strike
 * before, inside or after it. A cut can leave cells that read differently at later power-ups. Changes can be undone back
 * to a mark, so that thousands of cuts share one start state.
 */
export class Storage {
  readonly shape: StorageShape;
  /** Flash content, for reading only. */
  readonly bytes: Uint8Array;
  /** What pages hold, in short; for reading only. */
  readonly digests: PageDigests;
  /** Fuse words, for reading only. */
  readonly fuses: Uint32Array;
  /** Erases of each page since construction, for reading only. */
  readonly erases: Uint32Array;
  /** Operations since construction. */
  operations = 0;
  /** Sees every operation before it is carried out. */
  onOperation: ((operation: StorageOperation) => void) | null = null;
  /** Told when cells that a cut left weak are about to be read anew. */
  onWeakPowerUp: (() => void) | null = null;
  #armed: { at: number; tear: Tear; seed: number } | null = null;
  #weak: WeakCells = NO_WEAK_CELLS;
  readonly #pages: PageStates;
  readonly #fuseBytes: Uint8Array;
  readonly #undo: UndoLog;

  constructor(shape: StorageShape) {
    const pages = shape.size / shape.page;
    this.shape = shape;
    this.bytes = new Uint8Array(shape.size).fill(0xff);
    this.fuses = new Uint32Array(shape.fuses);
    this.#pages = new PageStates(pages, shape.page);
    this.erases = this.#pages.erases;
    this.#fuseBytes = new Uint8Array(this.fuses.buffer);
    this.#undo = new UndoLog(pages, shape.page);
    this.digests = new PageDigests(this.bytes, shape.page);
  }

  arm(cut: ArmedCut): void {
    this.#armed = { at: this.operations + cut.index, tear: cut.tear, seed: cut.seed };
  }

  disarm(): void {
    this.#armed = null;
  }

  /** Supply comes up: cells that a cut left weak read as they happen to from now on. */
  powerUp(): void {
    if (this.#weak.size === 0) return;
    this.onWeakPowerUp?.();
    const { cells, readings } = poweredUp(this.#weak);
    this.#setWeak(cells);
    for (const { at, ones, zeros } of readings) this.#readAs(at, ones, zeros);
  }

  /** Programs `data` at `address`; both word-aligned. */
  write(address: number, data: Uint8Array): void {
    checkRange(this.shape, { address, length: data.length, unit: this.shape.word, what: 'write' });
    if (data.length > 0) this.apply({ kind: 'write', address, data });
  }

  /** Erases whole pages, one operation each, lowest first. */
  erase(address: number, length: number): void {
    const { page } = this.shape;
    checkRange(this.shape, { address, length, unit: page, what: 'erase' });
    for (let at = address; at < address + length; at += page) {
      this.apply({ kind: 'erase', address: at, length: page });
    }
  }

  /** Sets bits of a fuse word. */
  burn(word: number, bits: number): void {
    checkFuse(this.shape, word);
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
    this.tear(operation, cut.tear, cut.seed);
    throw new PowerLost(index, operation);
  }

  /** Leaves an operation as a power cut would; not counted as an operation. */
  tear(operation: StorageOperation, tear: Tear, seed: number): void {
    const fitting = fittingTear(tear, operation.kind, this.shape.kind);
    if (fitting === 'before') return;
    if (fitting === 'after') {
      this.#carryOut(operation);
      return;
    }
    const target = this.#target(operation);
    const left = torn(fitting, target, seed);
    if (operation.kind === 'fuse') {
      this.#setFuse(operation.address, new Uint32Array(left.bytes.buffer)[0] ?? 0);
    } else {
      this.#touch(operation.address, left.bytes.length);
      if (operation.kind === 'erase') this.#pages.wear(operation.address);
      this.#pages.write(operation.address, left.bytes.length);
      this.bytes.set(left.bytes, operation.address);
    }
    if (left.weak.length > 0) this.#setWeak(weakened(this.#weak, left.weak));
  }

  /** Starts (or nests) an undo log. */
  mark(): Mark {
    return { depth: this.#undo.mark() };
  }

  /** Undoes everything since the mark and ends it. Marks nest: the newest first. */
  rewind(mark: Mark): void {
    this.#undo.rewind(mark.depth, {
      page: (before) => this.#restorePage(before),
      fuse: (word, before) => (this.fuses[word] = before),
      weak: (cells) => (this.#weak = cells),
    });
  }

  /** Whole content, for a checkpoint. */
  save(): StorageContent {
    const weak = this.#weak.size === 0 ? {} : { weak: this.#weak };
    return { flash: this.bytes.slice(), fuses: this.fuses.slice(), ...weak };
  }

  /** Not allowed under a mark. */
  load(content: StorageContent): void {
    if (this.#undo.active) {
      throw new InternalError({
        code: 'load-under-mark',
        message: 'storage content replaced while an undo log is open',
        remedy: 'rewind the mark first',
      });
    }
    for (let page = 0; page < this.erases.length; page++) this.digests.touch(page);
    this.#pages.forget();
    this.bytes.set(content.flash);
    this.fuses.set(content.fuses);
    this.#weak = content.weak ?? NO_WEAK_CELLS;
    this.disarm();
  }

  /** SHA-256, hex, over the SHA-256 of every page, the fuse words, and the weak cells with all that decides their future. */
  digest(): string {
    return this.digests.digest(this.#fuseBytes, encodeWeakCells(this.#weak));
  }

  /** Text that is the same only where the weak cells in a part of flash have the same future; empty: there are none. */
  weakIn(from: number, length: number): string {
    return weakText(this.#weak, from, length);
  }

  #carryOut(operation: StorageOperation): void {
    const { address } = operation;
    if (this.#weak.size > 0) this.#strengthen(operation);
    if (operation.kind === 'fuse') {
      this.#setFuse(address, (this.fuses[address] ?? 0) | operation.bits);
    } else if (operation.kind === 'erase') {
      this.#touch(address, operation.length);
      this.#pages.wear(address);
      this.bytes.fill(0xff, address, address + operation.length);
    } else this.#program(address, operation.data);
  }

  #program(address: number, data: Uint8Array): void {
    const isErased = this.#pages.isErased(address, data.length);
    this.#touch(address, data.length);
    this.#pages.write(address, data.length);
    if (isErased) this.bytes.set(data, address);
    else program(this.bytes.subarray(address, address + data.length), data);
  }

  /** What an operation does whole, it does for good. */
  #strengthen(operation: StorageOperation): void {
    const { size } = this.shape;
    const { address } = operation;
    if (operation.kind === 'erase') {
      this.#setWeak(strengthened(this.#weak, address, operation.length, () => 0xff));
    } else if (operation.kind === 'write') {
      const { data } = operation;
      this.#setWeak(strengthened(this.#weak, address, data.length, (at) => ~(data[at - address] ?? 0xff)));
    } else {
      const from = size + address * FUSE_BYTES;
      const burned = (at: number) => operation.bits >>> ((at - from) * 8);
      this.#setWeak(strengthened(this.#weak, from, FUSE_BYTES, burned));
    }
  }

  #target(operation: StorageOperation): Target {
    const { kind: flash, word, size } = this.shape;
    const { address } = operation;
    if (operation.kind === 'fuse') {
      const old = this.#fuseBytes.slice(address * FUSE_BYTES, (address + 1) * FUSE_BYTES);
      const whole = new Uint8Array(Uint32Array.of((this.fuses[address] ?? 0) | operation.bits).buffer);
      return { flash, unit: FUSE_BYTES, address: size + address * FUSE_BYTES, old, whole };
    }
    const length = operation.kind === 'write' ? operation.data.length : operation.length;
    const old = this.bytes.subarray(address, address + length);
    const whole = operation.kind === 'erase' ? new Uint8Array(length).fill(0xff) : old.slice();
    if (operation.kind === 'write') program(whole, operation.data);
    return { flash, unit: programUnit(flash, word), address, old, whole };
  }

  #setFuse(word: number, value: number): void {
    this.#undo.keepFuse(word, this.fuses[word] ?? 0);
    this.fuses[word] = value;
  }

  #setWeak(cells: WeakCells): void {
    if (cells === this.#weak) return;
    this.#undo.keepWeak(this.#weak);
    this.#weak = cells;
  }

  /** Sets what a byte of flash, or of the fuses behind it, reads as. */
  #readAs(at: number, ones: number, zeros: number): void {
    const { size } = this.shape;
    if (at < size) {
      this.#touch(at, 1);
      this.#pages.write(at, 1);
      this.bytes[at] = ((this.bytes[at] ?? 0) | ones) & ~zeros;
      return;
    }
    const word = Math.floor((at - size) / FUSE_BYTES);
    const shift = ((at - size) % FUSE_BYTES) * 8;
    this.#setFuse(word, ((this.fuses[word] ?? 0) | (ones << shift)) & ~(zeros << shift));
  }

  /** Pages are about to change. */
  #touch(address: number, length: number): void {
    const { page } = this.shape;
    for (let number = Math.floor(address / page); number * page < address + length; number++) {
      if (this.#undo.wants(number)) {
        this.#undo.keepPage({
          page: number,
          content: this.digests.content(number),
          erases: this.erases[number] ?? 0,
          written: this.#pages.writtenOf(number),
          digest: this.digests.known(number),
        });
      }
      this.digests.touch(number);
    }
  }

  #restorePage({ page, content, erases, written, digest }: PageBefore): void {
    this.bytes.set(content, page * this.shape.page);
    this.#pages.restore(page, erases, written);
    if (digest === null) this.digests.touch(page);
    else this.digests.restore(page, digest);
  }
}
