import { hash } from 'node:crypto';
import { crc32 } from '#codecs/crc32.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  DFU_VALIDATION,
  type InitCommand,
  type InitPacket,
  parseInitPacket,
} from '#codecs/dfu-init-packet.ts';
import { dfuHash } from '#codecs/dfu-package.ts';
import { BANK_CODE, type DfuSettings, type DfuValidations } from '#codecs/dfu-settings.ts';
import { type DfuGround, NO_BANK, wholeWords } from '#virtual/nordic-dfu/activation.ts';
import { withInitCommand, withoutProgress } from '#virtual/nordic-dfu/dfu-progress.ts';
import {
  type DfuProfile,
  type DfuRefusal,
  INIT_PACKET_LIMIT,
  prevalidate,
} from '#virtual/nordic-dfu/prevalidation.ts';

/** A transfer: init packet (`.dat`) and application (`.bin`). */
export interface DfuTransfer {
  readonly initPacket: Uint8Array;
  readonly firmware: Uint8Array;
}

/** Receives an update and marks it to be activated at the next start; the reason where it is refused. */
export function receive(ground: DfuGround, profile: DfuProfile, transfer: DfuTransfer): DfuRefusal | null {
  const reception = Reception.begin(ground, profile, transfer.initPacket);
  if (typeof reception === 'string') return reception;
  const firmware = transfer.firmware.subarray(0, reception.size);
  const { page } = ground.storage.shape;
  for (let at = 0; at < firmware.length; at += page) {
    reception.erase(at);
    reception.write(at, firmware.subarray(at, at + page));
  }
  return reception.finish();
}

/** An update whose init packet was accepted, as it comes in: page by page erased, then written. */
export class Reception {
  /** Bytes of the application, as its init packet says. */
  readonly size: number;
  readonly #ground: DfuGround;
  readonly #packet: InitPacket;
  readonly #begun: DfuSettings;
  readonly #start: number;

  private constructor(ground: DfuGround, packet: InitPacket, begun: DfuSettings, start: number) {
    this.size = packet.init.appSize ?? 0;
    this.#ground = ground;
    this.#packet = packet;
    this.#begun = begun;
    this.#start = start;
  }

  /** Looks at an init packet; the reason where it is refused. */
  static begin(ground: DfuGround, profile: DfuProfile, initPacket: Uint8Array): Reception | DfuRefusal {
    const settings = ground.pages.restore();
    const packet = parseInitPacket(initPacket);
    if (initPacket.length > INIT_PACKET_LIMIT || isDfuDefect(packet)) return 'init-packet';
    const size = packet.init.appSize ?? 0;
    const refusal = prevalidate(packet, settings, profile) ?? (size === 0 ? 'size' : null);
    if (refusal !== null) return refusal;
    const start = roomFor(ground, settings, size, profile.singleBank);
    if (start === null) return 'no-room';
    // Where the update goes over the application that runs, that one is given up now.
    const bank0 = start === ground.layout.application ? NO_BANK : settings.bank0;
    const begun = ground.pages.store(withInitCommand({ ...settings, bank0 }, initPacket));
    return new Reception(ground, packet, begun, start);
  }

  /** Erases the page that an object begins at. */
  erase(at: number): void {
    const { storage } = this.#ground;
    storage.erase(this.#start + at, storage.shape.page);
  }

  /** Writes from a whole word on; what ends inside one is filled with erased value. */
  write(at: number, bytes: Uint8Array): void {
    const { storage } = this.#ground;
    storage.write(this.#start + at, wholeWords(bytes, storage.shape.word));
  }

  /** What has been written. */
  content(to: number): Uint8Array {
    return this.#ground.storage.bytes.subarray(this.#start, this.#start + to);
  }

  /** Everything has come: checks it, and marks it to be activated. */
  finish(): DfuRefusal | null {
    return finish(this.#ground, this.#begun, this.#packet, { start: this.#start, size: this.size });
  }
}

/** Behind the application where it fits there; else, or where it is built so, over it. */
function roomFor({ layout, storage }: DfuGround, { bank0 }: DfuSettings, size: number, single: boolean) {
  const { page } = storage.shape;
  const behind = Math.ceil((layout.application + bank0.size) / page) * page;
  if (!single && size <= layout.end - behind) return behind;
  return size <= layout.end - layout.application ? layout.application : null;
}

/** Postvalidation: the image in flash against the hash. From here on the old application is not valid any more. */
function finish(
  { storage, pages }: DfuGround,
  settings: DfuSettings,
  { init }: InitPacket,
  { start, size }: { readonly start: number; readonly size: number },
): DfuRefusal | null {
  const image = storage.bytes.subarray(start, start + size);
  const digest = dfuHash(image);
  const done = withoutProgress(settings, start);
  if (Buffer.compare(digest, init.hash?.bytes ?? new Uint8Array()) !== 0) {
    pages.store({ ...done, bank1: NO_BANK });
    return 'hash';
  }
  pages.store({
    ...done,
    bank0: { ...settings.bank0, code: BANK_CODE.invalid },
    bank1: { size, crc: crc32(image), code: BANK_CODE.application },
    appVersion: init.fwVersion ?? settings.appVersion,
    validations: withApplication(settings.validations, image, init),
  });
  return null;
}

/** How the application is to be checked at every start: as its packet asks, by CRC where it does not say. */
function withApplication(
  validations: DfuValidations | null,
  image: Uint8Array,
  { bootValidation }: InitCommand,
): DfuValidations | null {
  if (validations === null) return null;
  const type = bootValidation[0]?.type ?? DFU_VALIDATION.crc;
  const bytes = new Uint8Array(64);
  if (type === DFU_VALIDATION.crc) new DataView(bytes.buffer).setUint32(0, crc32(image), true);
  if (type === DFU_VALIDATION.sha256) bytes.set(hash('sha256', image, 'buffer'));
  return { ...validations, application: { type, bytes } };
}
