import { createHash } from 'node:crypto';
import {
  APP_DESCRIPTOR_AT,
  APP_DESCRIPTOR_LENGTH,
  APP_DESCRIPTOR_MAGIC,
  decodeAppDescriptor,
} from '#codecs/esp-app-desc.ts';
import type { UpdateProgress } from '#codecs/device-status.ts';
import type { OtaNotice } from '#codecs/ota-notice.ts';
import { noticeSizeFault } from '#virtual/esp-net-flaws.ts';
import { espHttpGet } from '#virtual/esp-http.ts';
import { ESP_ERR, espErrName, type EspErr } from '#virtual/esp-idf/esp-err.ts';
import type { OtaStore } from '#virtual/esp-idf/ota-store.ts';
import type { EspPolicy } from '#virtual/esp-policy.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';
import type { EspTrust } from '#virtual/esp-tls.ts';

/** One update, from a notice that was read to the boot selection. */
export interface EspUpdateOptions {
  readonly runtime: EspRuntime;
  readonly trust: EspTrust | null;
  readonly ota: OtaStore;
  readonly policy: EspPolicy;
  readonly notice: OtaNotice;
  onProgress(progress: UpdateProgress): void;
  /** Once, at the end, whatever it is. */
  onEnd(): void;
}

/** What is needed of an image before anything of it is written. */
const HEADERS = APP_DESCRIPTOR_AT + APP_DESCRIPTOR_LENGTH;
/** Written at a time, so that the flash operations do not depend on how the network cut the stream. */
const BLOCK = 4096;
const TOTAL_MS = 300_000;
const REPORT_EVERY = 64 * 1024;

/** Fetches an image and writes it as it arrives, in the order of esp_https_ota: headers, policy, write, verify, select. */
export class EspUpdate {
  readonly #options: EspUpdateOptions;
  readonly #hash = createHash('sha256');
  readonly #block = new Uint8Array(BLOCK);
  #filled = 0;
  #received = 0;
  #reported = 0;
  #begun = false;
  #step = 'download';

  constructor(options: EspUpdateOptions) {
    this.#options = options;
  }

  start(): void {
    const { notice, ota, policy, runtime } = this.#options;
    if (notice.size > ota.target.size) {
      const fault = noticeSizeFault(runtime.flaws);
      if (fault !== null) throw fault;
      this.#refuse('notice', `image of ${notice.size} bytes, slot of ${ota.target.size}`);
      return;
    }
    const objection = policy.judgeNotice(notice);
    if (objection !== null) {
      this.#refuse('notice', objection);
      return;
    }
    this.#report();
    espHttpGet({
      runtime,
      url: notice.url,
      trust: this.#options.trust,
      limit: notice.size,
      totalMs: TOTAL_MS,
      onBody: (bytes) => this.#take(bytes),
      onEnd: (failure) => (failure === null ? this.#complete() : this.#refuse(this.#step, failure)),
    });
  }

  #take(bytes: Uint8Array): string | null {
    this.#hash.update(bytes);
    this.#received += bytes.length;
    for (let at = 0; at < bytes.length;) {
      const part = bytes.subarray(at, at + BLOCK - this.#filled);
      this.#block.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      const failure = this.#filled === BLOCK ? this.#write() : null;
      if (failure !== null) return failure;
    }
    if (this.#received - this.#reported >= REPORT_EVERY) this.#report();
    return null;
  }

  /** Writes what the block holds; the first one opens the slot. */
  #write(): string | null {
    const { ota, notice } = this.#options;
    const bytes = this.#block.subarray(0, this.#filled);
    if (!this.#begun) {
      const objection = this.#judge(bytes);
      if (objection !== null) return objection;
      this.#step = 'write';
      const begun = ota.begin(notice.size);
      if (begun !== ESP_ERR.ok) return this.#because(begun);
      this.#begun = true;
    }
    const written = ota.write(bytes);
    this.#filled = 0;
    return written === ESP_ERR.ok ? null : this.#because(written);
  }

  #judge(bytes: Uint8Array): string | null {
    if (bytes.length < HEADERS) return 'Complete headers were not received';
    const descriptor = decodeAppDescriptor(bytes.subarray(APP_DESCRIPTOR_AT));
    const named = descriptor?.magic === APP_DESCRIPTOR_MAGIC;
    const { flaws } = this.#options.runtime;
    if (descriptor === null || !(named || flaws.has('esp-idf/descriptor-not-checked'))) {
      return 'no application descriptor';
    }
    return this.#options.policy.judgeImage(this.#options.notice, descriptor);
  }

  #complete(): void {
    const failure = this.#finish();
    if (failure !== null) {
      this.#refuse(this.#step, failure);
      return;
    }
    const { notice, runtime } = this.#options;
    runtime.print(`I (${runtime.clock.now()}) app: update ${notice.version} is ready, restart to try it`);
    this.#options.onProgress({ state: 'ready', sha256: notice.sha256 });
    this.#options.onEnd();
  }

  #finish(): string | null {
    const { notice, ota } = this.#options;
    if (this.#received !== notice.size) return 'Connection closed before complete data was received!';
    const rest = this.#filled > 0 ? this.#write() : null;
    if (rest !== null) return rest;
    this.#step = 'verify';
    if (this.#hash.digest('hex') !== notice.sha256) return 'digest differs from the notice';
    const ended = ota.end();
    if (ended !== ESP_ERR.ok) return this.#because(ended);
    this.#step = 'set-boot';
    const selected = ota.setBoot();
    return selected === ESP_ERR.ok ? null : this.#because(selected);
  }

  #because(error: EspErr): string {
    const said = this.#options.ota.console.lines.at(-1);
    return said === undefined ? espErrName(error) : `${espErrName(error)}: ${said}`;
  }

  #report(): void {
    this.#reported = this.#received;
    const { sha256 } = this.#options.notice;
    this.#options.onProgress({ state: 'downloading', sha256, received: this.#received });
  }

  #refuse(step: string, reason: string): void {
    const { ota, notice, runtime } = this.#options;
    if (this.#begun) ota.abort();
    runtime.print(...ota.console.lines.splice(0));
    runtime.print(`E (${runtime.clock.now()}) app: update refused at ${step}: ${reason}`);
    this.#options.onProgress({ state: 'refused', sha256: notice.sha256, step, reason: reason.slice(0, 200) });
    this.#options.onEnd();
  }
}
