import type { Clock } from '#core/clock.ts';
import type { Flaw } from '#core/rig.ts';
import { classIdOf } from '#codecs/mcuboot-build.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { McubootChip } from '#virtual/mcuboot/chip.ts';
import { storedCounter } from '#virtual/mcuboot/counter.ts';
import { mcubootFlaws } from '#virtual/mcuboot/flaws.ts';
import { factoryContent } from '#virtual/mcuboot/provision.ts';
import { NrfDevice } from '#virtual/nrf-device.ts';
import { smpFlaws } from '#virtual/smp-flaws.ts';
import { Storage, type StorageShape } from '#virtual/storage.ts';
import { StorageProbe } from '#virtual/storage-probe.ts';
import { VirtualUart } from '#virtual/uart.ts';
import { facts } from './facts.ts';
import { PRODUCT } from './firmware.ts';
import { flash, slot0, slot1, trailerShape } from './layout.ts';

/** One one-time word for each step of the security counter. */
const SHAPE: StorageShape = { ...flash, fuses: 32 };
const { maxAlign, maxSectors } = trailerShape;
const LAYOUT = { primary: slot0, secondary: slot1, maxAlign, maxSectors };

/** What a twin leaves the factory with. */
const factory = factoryContent(
  SHAPE,
  LAYOUT,
  facts.firmware.golden.bytes,
  facts.firmware.goldenSpec.securityCounter ?? 0,
);

/** Mistakes that a twin can be built with. */
export const twinFlaws: readonly Flaw[] = [...mcubootFlaws, ...smpFlaws];

/** The simulated board itself, off, with factory content; on any clock, so that it can stand in for hardware. */
export class Twin {
  readonly storage = new Storage(SHAPE);
  readonly silicon: McubootChip;
  readonly uart: VirtualUart;
  readonly device: NrfDevice;

  constructor(clock: Clock, flaws: ReadonlySet<string>) {
    const { protections, firmware } = facts;
    this.uart = new VirtualUart('virtual uart0', clock);
    this.silicon = new McubootChip({
      storage: this.storage,
      layout: LAYOUT,
      trustedKeys: [mcubootKey(firmware.keys.signing.pem).publicDer],
      protections,
      classId: classIdOf(PRODUCT),
      flaws,
    });
    const { watchdogMs } = protections;
    this.device = new NrfDevice({ silicon: this.silicon, uart: this.uart, clock, flaws, watchdogMs });
    this.storage.load(factory);
  }

  /** Off, with golden content in flash and fuses. */
  restore(): void {
    this.device.powerOff();
    this.storage.load(factory);
  }

  probe(): StorageProbe {
    return new StorageProbe({
      storage: this.storage,
      halt: () => this.device.halt(),
      fuses: () => ({ 'security counter': String(storedCounter(this.storage)), approtect: 'open' }),
    });
  }
}
