import { PeerError } from '#core/errors.ts';
import type { AppDescriptor } from '#codecs/esp-app-desc.ts';
import {
  deviceTopics,
  encodeMessage,
  parseDeviceCommand,
  type DeviceCommand,
  type DeviceTopics,
} from '#codecs/device-command.ts';
import { encodeStatus, type UpdateProgress } from '#codecs/device-status.ts';
import { NOTICE_LIMIT, parseOtaNotice, type OtaNotice } from '#codecs/ota-notice.ts';
import { espHttpGet } from '#virtual/esp-http.ts';
import type { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import type { OtaStore } from '#virtual/esp-idf/ota-store.ts';
import { EspMqtt } from '#virtual/esp-mqtt.ts';
import { noticeDepthFault, noticePathFault, noticeSizeFault } from '#virtual/esp-net-flaws.ts';
import { EspPolicy } from '#virtual/esp-policy.ts';
import type { EspRuntime } from '#virtual/esp-runtime.ts';
import { statusOf } from '#virtual/esp-status.ts';
import type { EspTrust } from '#virtual/esp-tls.ts';
import { EspUpdate } from '#virtual/esp-update.ts';
import type { BootedApp } from '#virtual/silicon.ts';

/** What the application of a simulated ESP32 is built for. */
export interface EspAppOptions {
  readonly runtime: EspRuntime;
  readonly chip: EspChip;
  readonly app: BootedApp;
  /** Names the device in its topics. */
  readonly deviceId: string;
  readonly broker: { readonly host: string; readonly port: number };
  /** Whom it trusts by HTTPS; null: it fetches by plain HTTP alone. */
  readonly trust: EspTrust | null;
  /** Boots since power was applied. */
  readonly boots: number;
  /** Why it started, as `esp_reset_reason` names it. */
  readonly reset: string;
}

type Job = { readonly topic: string; readonly payload: Uint8Array };

/** Jobs that may wait while one is worked on; what finds no room is lost. */
const QUEUE = 8;
const RESTART_MS = 200;
const NOTICE_MS = 20_000;
/** The application: one task that takes commands and update notices from MQTT, one after the other. */
export class EspApp {
  readonly #options: EspAppOptions;
  readonly #topics: DeviceTopics;
  readonly #mqtt: EspMqtt;
  readonly #ota: OtaStore;
  readonly #descriptor: AppDescriptor;
  readonly #policy: EspPolicy;
  readonly #queue: Job[] = [];
  #busy = false;

  constructor(options: EspAppOptions, descriptor: AppDescriptor) {
    const { runtime, chip, app, broker, deviceId } = options;
    this.#options = options;
    this.#descriptor = descriptor;
    this.#topics = deviceTopics(deviceId);
    this.#ota = chip.ota(app, () => Math.floor(runtime.clock.now()));
    this.#policy = new EspPolicy(chip.traits, descriptor);
    this.#mqtt = new EspMqtt({
      runtime,
      ...broker,
      clientId: `${deviceId}-device`,
      topics: [this.#topics.command, this.#topics.notice],
      onMessage: (topic, payload) => this.#enqueue({ topic, payload }),
      onReady: () => this.#publishStatus(''),
    });
  }

  start(): void {
    this.#mqtt.start();
  }

  #enqueue(job: Job): void {
    if (this.#queue.length < QUEUE) this.#queue.push(job);
    this.#next();
  }

  #next(): void {
    while (!this.#busy) {
      const job = this.#queue.shift();
      if (job === undefined) return;
      if (job.topic === this.#topics.notice) this.#update(job.payload);
      else this.#obey(job.payload);
    }
  }

  #done(): void {
    this.#busy = false;
    this.#next();
  }

  #obey(payload: Uint8Array): void {
    const command = parseDeviceCommand(payload);
    if (command instanceof PeerError) {
      this.#options.runtime.print(`W (${this.#now()}) app: command ignored: ${command.code}`);
      return;
    }
    this.#carryOut(command);
  }

  #carryOut(command: DeviceCommand): void {
    const { nonce } = command;
    switch (command.command) {
      case 'status':
        this.#publishStatus(nonce);
        return;
      case 'ping':
        this.#reply(nonce, null);
        return;
      case 'confirm':
        this.#confirm(nonce);
        return;
      case 'restart':
        this.#reply(nonce, null);
        this.#options.runtime.after(RESTART_MS, () => this.#options.runtime.restart());
        return;
      case 'fetch':
        this.#fetch(nonce, command.url);
    }
  }

  #confirm(nonce: string): void {
    const { runtime, chip, app } = this.#options;
    if (app.behaviour !== 'healthy') {
      this.#reply(nonce, 'Diagnostics failed: this image does not confirm itself');
      return;
    }
    this.#busy = true;
    const { value: confirmed, ms } = runtime.work(() => chip.confirm(app));
    runtime.after(ms, () => {
      this.#reply(nonce, confirmed ? null : 'otadata could not be written');
      this.#done();
    });
  }

  /** Fetches an update notice over HTTP and says what it made of it; installs nothing. */
  #fetch(nonce: string, url: string): void {
    this.#busy = true;
    const chunks: Uint8Array[] = [];
    espHttpGet({
      runtime: this.#options.runtime,
      trust: this.#options.trust,
      url,
      limit: NOTICE_LIMIT,
      totalMs: NOTICE_MS,
      onBody: (bytes) => (chunks.push(bytes), null),
      onEnd: (failure) => {
        const read = failure === null ? this.#readNotice(Buffer.concat(chunks)) : null;
        this.#reply(nonce, failure ?? (read instanceof PeerError ? read.code : null));
        this.#done();
      },
    });
  }

  #update(payload: Uint8Array): void {
    const notice = this.#readNotice(payload);
    if (notice instanceof PeerError) {
      this.#progress({ state: 'refused', sha256: '', step: 'notice', reason: notice.code });
      return;
    }
    this.#busy = true;
    new EspUpdate({
      runtime: this.#options.runtime,
      trust: this.#options.trust,
      ota: this.#ota,
      policy: this.#policy,
      notice,
      onProgress: (progress) => this.#progress(progress),
      onEnd: () => this.#done(),
    }).start();
  }

  #readNotice(bytes: Uint8Array): OtaNotice | PeerError {
    const { flaws } = this.#options.runtime;
    const tooDeep = noticeDepthFault(flaws, bytes);
    if (tooDeep !== null) throw tooDeep;
    const notice = parseOtaNotice(bytes);
    const sizeUnfit =
      notice instanceof PeerError ? notice.code === 'notice-size' : notice.size > this.#ota.target.size;
    const fault = sizeUnfit ? noticeSizeFault(flaws) : null;
    if (fault !== null) throw fault;
    const path = notice instanceof PeerError ? null : noticePathFault(flaws, notice.version);
    if (path !== null) throw path;
    return notice;
  }

  #publishStatus(nonce: string): void {
    const { app, boots, reset } = this.#options;
    const payload = encodeStatus(
      statusOf(app, this.#descriptor, { state: this.#ota.state(), boots, reset, nonce }),
    );
    this.#mqtt.publish({ topic: this.#topics.status, payload, qos: 1, retain: true });
  }

  #reply(nonce: string, refusal: string | null): void {
    const payload = encodeMessage({
      nonce,
      result: refusal === null ? 'ok' : 'refused',
      reason: refusal ?? '',
    });
    this.#mqtt.publish({ topic: this.#topics.reply, payload, qos: 1, retain: false });
  }

  #progress(progress: UpdateProgress): void {
    this.#mqtt.publish({
      topic: this.#topics.update,
      payload: encodeStatus(progress),
      qos: 1,
      retain: false,
    });
  }

  #now(): number {
    return Math.floor(this.#options.runtime.clock.now());
  }
}
