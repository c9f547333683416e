import type { Clock } from '#core/clock.ts';
import type { Flaw } from '#core/rig.ts';
import { classIdOf } from '#codecs/mcuboot-build.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { imageReader } from '#codecs/mcuboot-recipient.ts';
import { dfuServiceFlaws } from '#virtual/ble/ble-flaws-services.ts';
import { bleFlaws } from '#virtual/ble/ble-flaws.ts';
import { McubootChip } from '#virtual/mcuboot/chip.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { flawsOfBuild } from '#virtual/mcuboot/flaws-by-mode.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import { NrfDevice, type NrfDeviceOptions } from '#virtual/nrf-device.ts';
import { smpFlaws } from '#virtual/smp-flaws.ts';
import { Storage } from '#virtual/storage.ts';
import type { StorageShape } from '#virtual/storage-shape.ts';
import { StorageProbe } from '#virtual/storage-probe.ts';
import { VirtualUart } from '#virtual/uart.ts';
import { MODE_NUMBER, type McubootProfile, SOUND_PROFILE } from '#virtual/mcuboot/profile.ts';
import { factsOf } from './facts.ts';
import { PRODUCT, secondImage } from './firmware.ts';
import { encryptionPem } from './keys.ts';
import { flash, layoutOf } from './layout.ts';

/** One one-time word for each step of the security counter. */
const SHAPE: StorageShape = { ...flash, fuses: 32, kind: 'nrf52-nvmc' };

/** Mistakes that a twin with such a boot loader can be built with. */
export function twinFlawsOf(profile: McubootProfile, hasBle = false): readonly Flaw[] {
  return [...flawsOfBuild(profile), ...smpFlaws, ...(hasBle ? [...bleFlaws, ...dfuServiceFlaws] : [])];
}

/** What a build has besides its console: more management groups, other ways to them, Bluetooth LE. */
export type BuildParts = Pick<NrfDeviceOptions, 'management' | 'datagrams' | 'radio'>;

/** The simulated board itself, off, with factory content; on any clock, so that it can stand in for hardware. */
export class Twin {
  readonly storage = new Storage(SHAPE);
  readonly silicon: McubootChip;
  readonly uart: VirtualUart;
  readonly device: NrfDevice;
  /** What it leaves the factory with. */
  readonly #factory: ReturnType<typeof factoryContent>;

  constructor(
    clock: Clock,
    flaws: ReadonlySet<string>,
    profile: McubootProfile = SOUND_PROFILE,
    parts: BuildParts = {},
  ) {
    const { protections, firmware } = factsOf(profile);
    const layout = layoutOf(profile);
    this.uart = new VirtualUart('virtual uart0', clock);
    this.silicon = new McubootChip({
      storage: this.storage,
      layout,
      profile,
      trustedKeys: [mcubootKey(firmware.keys.signing.pem).publicDer],
      ...(profile.encryption === null ? {} : { encryptionKey: imageReader(encryptionPem) }),
      classId: classIdOf(PRODUCT),
      flaws,
    });
    const { watchdogMs } = protections;
    const bootMode = MODE_NUMBER[profile.mode];
    this.device = new NrfDevice({
      ...parts,
      silicon: this.silicon,
      uart: this.uart,
      clock,
      flaws,
      watchdogMs,
      bootMode,
      noDowngrade: protections.downgradeByVersion,
    });
    const { golden, goldenSpec } = firmware;
    this.#factory = factoryContent(
      SHAPE,
      layout,
      golden.bytes,
      goldenSpec.securityCounter ?? 0,
      profile,
      ...(profile.images === 1 ? [] : [secondImage(profile).bytes]),
    );
    this.storage.load(this.#factory);
  }

  /** Off, with golden content in flash and fuses. */
  restore(): void {
    this.device.powerOff();
    this.storage.load(this.#factory);
  }

  probe(): StorageProbe {
    return new StorageProbe({
      storage: this.storage,
      halt: () => this.device.halt(),
      fuses: () => ({ 'security counter': String(storedCounter(this.storage)), approtect: 'open' }),
    });
  }
}
