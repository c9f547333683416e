import { hash } from 'node:crypto';
import { crc32 } from '#codecs/crc32.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { DFU_VALIDATION } from '#codecs/dfu-init-packet.ts';
import { parseDfuPackage } from '#codecs/dfu-package.ts';
import { BANK_CODE, type DfuSettings } from '#codecs/dfu-settings.ts';
import { decodePayload, PAYLOAD_LENGTH } from '#codecs/payload.ts';
import { activate, type DfuGround } from '#virtual/nordic-dfu/activation.ts';
import type { DfuLayout } from '#virtual/nordic-dfu/dfu-layout.ts';
import type { DfuProfile, DfuRefusal } from '#virtual/nordic-dfu/prevalidation.ts';
import { receive, Reception } from '#virtual/nordic-dfu/reception.ts';
import { SettingsPages } from '#virtual/nordic-dfu/settings-pages.ts';
import type { Booted, BootedApp, Silicon } from '#virtual/silicon.ts';
import type { Storage } from '#virtual/storage.ts';

export interface NordicDfuOptions {
  readonly storage: Storage;
  readonly layout: DfuLayout;
  readonly profile: DfuProfile;
}

/**
 * A chip with Nordic's Secure DFU boot loader (SDK 17.1) and no SoftDevice. It knows no trial: an update that was received
 * whole takes the place of the application for good.
 */
export class NordicDfuChip implements Silicon {
  readonly storage: Storage;
  readonly #ground: DfuGround;
  readonly #profile: DfuProfile;

  constructor({ storage, layout, profile }: NordicDfuOptions) {
    this.storage = storage;
    this.#profile = profile;
    this.#ground = { storage, layout, pages: new SettingsPages(storage, layout) };
  }

  boot(): Booted {
    const { pages } = this.#ground;
    const settings = pages.restore();
    const activated = activate(this.#ground, settings);
    // An activation ends with a reset, and that start finds nothing more to activate.
    const app = this.#application(activated === null ? settings : pages.restore());
    if (app !== null) return { app, log: [] };
    return { app, log: ['Boot validation failed. App is invalid.', 'No valid app to boot.'] };
  }

  confirm(): boolean {
    return true;
  }

  stage(_app: BootedApp, image: Uint8Array): void {
    this.receive(image);
  }

  /** Takes an update package (`.zip`) as if it came over the air; the reason where it is refused. */
  receive(archive: Uint8Array): DfuRefusal | null {
    const parsed = parseDfuPackage(archive);
    const [image] = isDfuDefect(parsed) ? [] : parsed.images;
    if (image === undefined) return 'init-packet';
    return receive(this.#ground, this.#profile, { initPacket: image.dat, firmware: image.firmware });
  }

  /** Looks at an init packet that came over a transport; what follows it, or the reason where it is refused. */
  begin(initPacket: Uint8Array): Reception | DfuRefusal {
    return Reception.begin(this.#ground, this.#profile, initPacket);
  }

  #application(settings: DfuSettings): BootedApp | null {
    const { storage, layout } = this.#ground;
    const { size, code } = settings.bank0;
    const bytes = storage.bytes.subarray(layout.application, layout.application + size);
    if (code !== BANK_CODE.application || !isValid(settings, bytes)) return null;
    const payload = decodePayload(bytes.subarray(0, PAYLOAD_LENGTH));
    return {
      slot: 'bank0',
      identity: hash('sha256', bytes, 'hex'),
      version: String(settings.appVersion),
      confirmed: true,
      buildId: payload?.buildId ?? '0'.repeat(16),
      product: payload?.product ?? '',
      behaviour: payload?.behaviour ?? 'crashes',
    };
  }
}

/** What the boot validation record asks for; a release boot loader insists on its CRC. */
function isValid({ validations }: DfuSettings, bytes: Uint8Array): boolean {
  const record = validations?.application;
  if (record === undefined || record.type === DFU_VALIDATION.none) return true;
  const view = new DataView(record.bytes.buffer, record.bytes.byteOffset, record.bytes.length);
  if (record.type === DFU_VALIDATION.crc) return view.getUint32(0, true) === crc32(bytes);
  if (record.type !== DFU_VALIDATION.sha256) return false;
  return Buffer.compare(hash('sha256', bytes, 'buffer'), record.bytes.subarray(0, 32)) === 0;
}
