import type { CallOptions } from '#core/capabilities.ts';
import { dfuSigningKey } from '#codecs/dfu-key.ts';
import { buildDfuPackage, encodeDfuPackage, initCommandFor } from '#codecs/dfu-package.ts';
import { newDfuSettings } from '#codecs/dfu-settings-pages.ts';
import { DFU_SERIAL_MTU } from '#codecs/dfu-transport.ts';
import { testSigningKey } from '#codecs/mcuboot-key.ts';
import { buildPayload } from '#codecs/payload.ts';
import { SlipDecoder } from '#codecs/slip.ts';
import { openPty, type Pty } from '#drivers/channel/pty.ts';
import { NordicDfuChip } from '#virtual/nordic-dfu/chip.ts';
import { NRF52840_DFU } from '#virtual/nordic-dfu/dfu-layout.ts';
import { DfuSerialTarget } from '#virtual/nordic-dfu/serial-target.ts';
import { Storage } from '#virtual/storage.ts';

const SHAPE = { size: 0x10_0000, page: 0x1000, word: 4, fuses: 0, kind: 'nrf52-nvmc' } as const;
const SIGNER = dfuSigningKey(testSigningKey('nordic dfu').pem);
const FOREIGN = dfuSigningKey(testSigningKey('nordic dfu foreign').pem);
const BUILD = '00000000000000';

/** Version that is on the board before, and build of what runs then. */
export const VERSION = 3;
export const OLD_BUILD = `${BUILD}01`;
export const NEW_BUILD = `${BUILD}02`;

/** What is wrong with a package. */
export type Fault = 'none' | 'older' | 'foreign' | 'hardware';

/** Firmware of this size as a package that the board takes, or refuses for a reason. */
export function somePackage(size: number, seed: number, fault: Fault = 'none'): Uint8Array {
  const firmware = buildPayload({ behaviour: 'healthy', buildId: NEW_BUILD, product: 'dfu' }, size, seed);
  const fwVersion = fault === 'older' ? VERSION - 1 : VERSION + 1;
  const hwVersion = fault === 'hardware' ? 51 : 52;
  const init = initCommandFor('application', firmware, { fwVersion, hwVersion, sdReq: [0] });
  const parts = [{ kind: 'application', name: 'app', firmware, init } as const];
  return encodeDfuPackage(buildDfuPackage(parts, fault === 'foreign' ? FOREIGN : SIGNER));
}

/** A chip in the field with its application. */
export function fieldChip(): NordicDfuChip {
  const application = buildPayload({ behaviour: 'healthy', buildId: OLD_BUILD, product: 'dfu' }, 0x1f00, 1);
  const storage = new Storage(SHAPE);
  const flash = new Uint8Array(SHAPE.size).fill(0xff);
  const versions = { appVersion: VERSION, bootloaderVersion: 1 };
  const settings = newDfuSettings({ version: 2, ...versions, application });
  flash.set(application, NRF52840_DFU.application);
  for (const at of [NRF52840_DFU.settings, NRF52840_DFU.backup]) flash.set(settings, at);
  storage.load({ flash, fuses: new Uint32Array(0) });
  return new NordicDfuChip({
    storage,
    layout: NRF52840_DFU,
    profile: {
      key: SIGNER,
      hardwareVersion: 52,
      signedUpdates: true,
      downgradePrevention: true,
      acceptsSameVersion: true,
      singleBank: false,
    },
  });
}

/** A virtual board in its boot loader on a pseudo-terminal, with a record of what a client sends it. */
export class ServedDfu {
  /** Frames from the host, in hex. */
  readonly heard: string[] = [];
  resets = 0;
  readonly #chip = fieldChip();
  readonly #pty: Pty;
  readonly #reading: Promise<void>;

  private constructor(pty: Pty) {
    this.#pty = pty;
    const calm: CallOptions = { signal: new AbortController().signal };
    const target = new DfuSerialTarget({
      chip: this.#chip,
      send: (bytes) => void pty.write(bytes, calm),
      onReset: () => (this.resets += 1),
    });
    this.#reading = this.#read(target);
  }

  static async open(): Promise<ServedDfu> {
    return new ServedDfu(await openPty());
  }

  /** The serial port to open. */
  get path(): string {
    return this.#pty.path;
  }

  /** Build of what runs after a start. */
  runs(): string | undefined {
    return this.#chip.boot().app?.buildId;
  }

  async close(): Promise<void> {
    await this.#pty.close();
    await this.#reading;
  }

  async #read(target: DfuSerialTarget): Promise<void> {
    const decoder = new SlipDecoder(2 * DFU_SERIAL_MTU);
    for await (const chunk of this.#pty.incoming) {
      for (const item of decoder.push(chunk)) {
        if (item.kind === 'frame') this.heard.push(Buffer.from(item.frame).toString('hex'));
      }
      target.receive(chunk);
    }
  }
}
