import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sha256Hex } from '#core/digest.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import { encodeBleCase } from '#codecs/ble/case-text.ts';
import { encodeHciPcapng } from '#codecs/ble/pcapng.ts';
import { RealClock } from '#drivers/clock.ts';
import type { BleResult } from '#drivers/radio/ble/case-runner.ts';
import { openRecord, type RecordFile } from '#engine/record-file.ts';
import { Recorder } from '#engine/recorder.ts';

/** Cases whose packets one capture holds. */
const CAPTURE_EVERY = 1000;

/** Full evidence of cases, on disk: each case in the chain of its record, every packet in a capture. */
export class BleEvidence implements Disposable {
  readonly #folder: string;
  readonly #name: string;
  #packets: HciRecord[] = [];
  #record: RecordFile | null = null;
  #recorder: Recorder | null = null;
  #cases = 0;
  #captured = 0;

  /** In a folder of its own, below `parent`. */
  constructor(name: string, parent = tmpdir()) {
    this.#folder = mkdtempSync(join(parent, 'assay-fuzz-ble-'));
    this.#name = name;
  }

  /** Bytes of all captures. */
  get captured(): number {
    return this.#captured;
  }

  /** Keeps a packet for the capture under way. */
  readonly keep = (record: HciRecord): void => void this.#packets.push(record);

  /** Notes a case and what came of it. */
  add(one: BleCase, { reaction, what, rung, answers }: BleResult): void {
    const [recorder, index] = [this.#chain(), this.#cases];
    const digest = sha256Hex(encodeBleCase(one));
    recorder.add('case', { index, name: one.name, digest, reaction, what, rung, answers: answers.length });
    this.#cases += 1;
    if (this.#cases % CAPTURE_EVERY === 0) this.#next();
  }

  /** Writes what is left, and takes the files away: what was measured is the writing. */
  [Symbol.dispose](): void {
    this.#next();
    rmSync(this.#folder, { recursive: true });
  }

  #chain(): Recorder {
    if (this.#recorder !== null) return this.#recorder;
    const scenario = `${this.#name}-${this.#cases / CAPTURE_EVERY}`;
    this.#record = openRecord(this.#folder, { board: 'fuzz-ble', flaws: [], scenario });
    this.#recorder = new Recorder(this.#record, new RealClock(), (error) => {
      throw error;
    });
    return this.#recorder;
  }

  /** A record for every capture: a run's scenarios are as long. */
  #next(): void {
    const capture = encodeHciPcapng(this.#name, this.#packets);
    writeFileSync(join(this.#folder, `${this.#name}-${this.#cases}.pcapng`), capture);
    this.#captured += capture.length;
    this.#packets = [];
    this.#record?.close();
    [this.#record, this.#recorder] = [null, null];
  }
}
