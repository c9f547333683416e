import { hash } from 'node:crypto';
import { TLV } from '#codecs/mcuboot-tlv.ts';
import { formatVersion } from '#codecs/mcuboot-version.ts';
import { decodePayload, PAYLOAD_LENGTH } from '#codecs/payload.ts';
import { BANNER } from '#virtual/mcuboot/boot-log.ts';
import { BootHalt } from '#virtual/mcuboot/halt.ts';
import { Loader, type McubootOptions } from '#virtual/mcuboot/loader.ts';
import type { Launch } from '#virtual/mcuboot/mode.ts';
import { SerialRecovery } from '#virtual/mcuboot/serial-recovery.ts';
import { findInSlot } from '#virtual/mcuboot/tlv-walk.ts';
import type { ImageStore } from '#virtual/image-store.ts';
import type { Booted, BootedApp, Silicon } from '#virtual/silicon.ts';
import type { Storage } from '#virtual/storage.ts';

/** What flash_img writes at a time. */
const UPLOAD_CHUNK = 512;

/** A chip with MCUboot, built as its profile says, in front of its application; nothing is kept but what is in storage. */
export class McubootChip implements Silicon {
  readonly storage: Storage;
  /** The application's side of the slots of its own image. */
  readonly images: ImageStore;
  /** The same for every image, the first one's included. */
  readonly stores: readonly ImageStore[];
  readonly #loader: Loader;

  constructor(options: McubootOptions) {
    this.storage = options.storage;
    this.#loader = new Loader(options);
    const { mode, images } = this.#loader;
    this.images = mode.application(this.#loader);
    this.stores = [this.images, ...images.slice(1).map((image) => mode.application(image))];
  }

  boot(): Booted {
    const loader = this.#loader;
    const log = [...BANNER, `I: ${loader.mode.greeting}`];
    loader.reset(log);
    try {
      const launch = loader.mode.boot(loader);
      if (launch !== null) return { app: this.#jump(launch), log };
      loader.error('Unable to find bootable image');
    } catch (error) {
      if (!(error instanceof BootHalt)) throw error;
      log.push(...error.lines);
    }
    return { app: null, log };
  }

  /** The boot loader's own server, where it is built in: what remains when nothing can be booted. */
  recovery(onReset: () => void): SerialRecovery | null {
    const loader = this.#loader;
    return loader.profile.serialRecovery ? new SerialRecovery({ loader, onReset }) : null;
  }

  confirm(app: BootedApp): boolean {
    return app.behaviour === 'healthy' && this.images.confirm() === 0;
  }

  stage(_app: BootedApp, image: Uint8Array): void {
    this.images.erase(image.length);
    for (let at = 0; at < image.length; at += UPLOAD_CHUNK) {
      this.images.write(at, image.subarray(at, at + UPLOAD_CHUNK));
    }
    this.images.setPending(null, false);
  }

  #jump({ slot, image, header, address, confirmed }: Launch): BootedApp {
    const loader = this.#loader;
    const { major, minor, revision } = header.version;
    loader.info(`Bootloader chainload address offset: 0x${address.toString(16)}`);
    loader.info(`Image version: v${major}.${minor}.${revision}`);
    loader.info(loader.mode.parting);
    const payload = decodePayload(image.read(header.headerSize, PAYLOAD_LENGTH) ?? new Uint8Array());
    const identity = findInSlot(image, header, TLV.sha256) ?? hash('sha256', slot.bytes, 'buffer');
    return {
      slot: slot.name,
      identity: Buffer.from(identity).toString('hex'),
      version: formatVersion(header.version),
      confirmed,
      buildId: payload?.buildId ?? '0'.repeat(16),
      product: payload?.product ?? '',
      behaviour: payload?.behaviour ?? 'crashes',
    };
  }
}
