import { createHash } from 'node:crypto';
import type { CallOptions, OfferOptions, Receipt, UpdateTransport } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import { waitFor } from '#core/wait.ts';
import type { DeviceStatus, UpdateProgress } from '#codecs/device-status.ts';
import { APP_DESCRIPTOR_AT, cString, decodeAppDescriptor } from '#codecs/esp-app-desc.ts';
import { encodeOtaNotice } from '#codecs/ota-notice.ts';
import type { HttpHost } from '#drivers/channel/http-host.ts';
import type { Ask, MqttDevice } from '#drivers/channel/mqtt-device.ts';

/** What the transport speaks over. */
export interface EspHttpsOptions {
  readonly device: MqttDevice;
  readonly host: HttpHost;
}

const OFFER_MS = 180_000;
const STATUS_MS = 10_000;
const COMMAND_MS = 10_000;
/** From the answer to a restart command until the chip has surely restarted. */
const RESTART_MS = 600;
/** The device's steps in the words of a receipt. */
const STEPS: Readonly<Record<string, string>> = { verify: 'verify', 'set-boot': 'mark-pending' };

/**
 * Updates a board the way esp_https_ota does: the device is told where the image lies, fetches it and reports. Path `https`;
 * the image is authenticated by its own signature, so that a bench may serve it without TLS.
 */
export class EspHttpsUpdate implements UpdateTransport {
  readonly paths = ['https'];
  readonly #options: EspHttpsOptions;

  constructor(options: EspHttpsOptions) {
    this.#options = options;
  }

  async offer(image: Uint8Array, options: OfferOptions): Promise<Receipt> {
    if (image.length === 0)
      return { accepted: false, step: 'upload', reason: 'an empty image cannot be announced' };
    const { device, host } = this.#options;
    const before = await device.awaitStatus({ signal: options.signal, deadlineMs: STATUS_MS });
    if (before === null) throw silent('status', 'the board must run before it can be updated');
    const page = host.file(image);
    try {
      return await this.#transfer(image, page.url, before, options);
    } finally {
      page.remove();
    }
  }

  async activate(options: CallOptions): Promise<void> {
    const reply = await this.#command({ command: 'restart' }, options);
    if (reply !== null) {
      throw new PeerError({
        code: 'reset-refused',
        message: 'the application refuses to restart',
        got: reply,
        remedy: 'restart the board by its reset line instead',
      });
    }
    await this.#options.device.clock.sleep(RESTART_MS, options.signal);
  }

  async confirm(options: CallOptions): Promise<Receipt> {
    const reason = await this.#command({ command: 'confirm' }, options);
    if (reason === null) return { accepted: true, detail: 'MQTT confirm: done' };
    return { accepted: false, step: 'confirm', reason };
  }

  /** Null when the device did it, else its reason. */
  async #command(ask: Ask, options: CallOptions): Promise<string | null> {
    const reply = await this.#options.device.ask(ask, { deadlineMs: COMMAND_MS, ...options });
    if (reply === null) throw silent(ask.command, 'check that the board runs and is connected to the broker');
    return reply.result === 'ok' ? null : reply.reason;
  }

  #transfer(image: Uint8Array, url: string, before: DeviceStatus, options: OfferOptions): Promise<Receipt> {
    const { device } = this.#options;
    const sha256 = createHash('sha256').update(image).digest('hex');
    const notice = encodeOtaNotice({ url, size: image.length, sha256, ...namesOf(image) });
    const deadlineMs = options.deadlineMs ?? OFFER_MS;
    const signals = [options.signal, device.closed];
    const onDeadline = () => {
      throw silent('update notice', 'look at the console for what the application is doing');
    };
    return waitFor<Receipt>({ clock: device.clock, signals, deadlineMs, onDeadline }, (resolve, reject) => {
      const stops = [
        device.onUpdate((progress) => {
          if (progress.sha256 !== sha256 && progress.sha256 !== '') return;
          if (progress.state !== 'refused') {
            options.onProgress?.(progress.state === 'ready' ? image.length : progress.received, image.length);
          }
          if (progress.state !== 'downloading') resolve(receiptOf(progress, image.length));
        }),
        device.onStatus((status) => {
          if (status.boots !== before.boots) resolve(RESTARTED);
        }),
      ];
      device.announce(notice).catch(reject);
      return () => stops.forEach((stop) => stop());
    });
  }
}

const RESTARTED: Receipt = {
  accepted: false,
  step: 'upload',
  reason: 'the board restarted during the update',
};

function receiptOf(progress: Exclude<UpdateProgress, { state: 'downloading' }>, size: number): Receipt {
  if (progress.state === 'ready') {
    return { accepted: true, detail: `${size} bytes fetched over HTTP and selected to boot next` };
  }
  const known = STEPS[progress.step];
  if (known !== undefined) return { accepted: false, step: known, reason: progress.reason };
  return { accepted: false, step: 'upload', reason: `${progress.step}: ${progress.reason}` };
}

/** What the notice claims: what the image's own descriptor says, as far as it can be read. */
function namesOf(image: Uint8Array): { readonly version: string; readonly project: string } {
  const descriptor = decodeAppDescriptor(image.subarray(APP_DESCRIPTOR_AT));
  const name = (text: string | undefined) => {
    const value = cString(text ?? '');
    return /^[\x20-\x7e]{1,31}$/.test(value) ? value : 'unreadable';
  };
  return { version: name(descriptor?.version), project: name(descriptor?.projectName) };
}

function silent(what: string, remedy: string): PeerError {
  return new PeerError({
    code: 'no-answer',
    message: `the board did not answer the ${what}`,
    expected: 'an answer over MQTT',
    got: 'silence',
    remedy,
  });
}
