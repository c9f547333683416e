import { OTA_STATE } from '#codecs/esp-otadata.ts';
import { BenchError } from '#core/errors.ts';
import { bootChip } from '#virtual/esp-idf/boot-loader.ts';
import { Console } from '#virtual/esp-idf/console.ts';
import { ESP_ERR } from '#virtual/esp-idf/esp-err.ts';
import { otaPlaces } from '#virtual/esp-idf/ota-places.ts';
import { OtaStore } from '#virtual/esp-idf/ota-store.ts';
import { readPartitions } from '#virtual/esp-idf/partitions.ts';
import { espTraits, type EspOptions, type EspTraits } from '#virtual/esp-idf/traits.ts';
import type { Booted, BootedApp, Silicon } from '#virtual/silicon.ts';
import type { Storage } from '#virtual/storage.ts';

/** Bytes an HTTPS update writes at a time. */
const CHUNK = 1024;

/** A simulated ESP32 with ESP-IDF's second-stage boot loader and OTA functions. */
export class EspChip implements Silicon {
  readonly storage: Storage;
  readonly traits: EspTraits;

  constructor(storage: Storage, options: EspOptions = {}) {
    this.storage = storage;
    this.traits = espTraits(storage, options);
  }

  boot(): Booted {
    return bootChip(this.traits);
  }

  /** The OTA functions as called by a running application. `now` stamps its console lines. */
  ota(app: BootedApp, now: () => number = () => 0): OtaStore {
    return this.#store(app, now) ?? cannotUpdate(app);
  }

  /**
   * Marks the application valid where it is on trial, and only there, as ESP-IDF's examples do: an application that runs
   * because the boot loader fell back would validate the record of the broken slot.
   */
  confirm(app: BootedApp): boolean {
    const ota = app.behaviour === 'healthy' ? this.#store(app) : null;
    if (ota === null) return false;
    const state = ota.state();
    if (state === OTA_STATE.pendingVerify) return ota.markValid() === ESP_ERR.ok;
    return state !== OTA_STATE.aborted && state !== OTA_STATE.invalid;
  }

  stage(app: BootedApp, image: Uint8Array): void {
    const ota = this.#store(app);
    if (ota?.begin(image.length) !== ESP_ERR.ok) return;
    for (let at = 0; at < image.length; at += CHUNK) {
      if (ota.write(image.subarray(at, at + CHUNK)) !== ESP_ERR.ok) return;
    }
    if (ota.end() === ESP_ERR.ok) ota.setBoot();
  }

  #store(app: BootedApp, now: () => number = () => 0): OtaStore | null {
    const partitions = readPartitions(this.traits.flash);
    const places = partitions === null ? null : otaPlaces(partitions, app.slot);
    return places === null ? null : new OtaStore(this.traits, places, new Console(now));
  }
}

function cannotUpdate(app: BootedApp): never {
  throw new BenchError({
    code: 'esp-no-ota-partitions',
    message: `an application in ${app.slot} cannot update itself`,
    expected: 'a valid partition table with otadata and an OTA slot',
    remedy: 'restore the partition table',
  });
}
