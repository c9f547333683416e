import { ESP_IMAGE_MAGIC } from '#codecs/esp-image.ts';
import { nextEntry, OTA_STATE, otaCrcFits, otaSlot } from '#codecs/esp-otadata.ts';
import type { AppDescriptor } from '#codecs/esp-app-desc.ts';
import type { PartitionRow } from '#codecs/esp-partition.ts';
import {
  advanceSecureVersion,
  readDescriptor,
  secureVersionAllowed,
} from '#virtual/esp-idf/anti-rollback.ts';
import { guruMeditation } from '#virtual/esp-fault.ts';
import type { Console } from '#virtual/esp-idf/console.ts';
import { ESP_ERR, type EspErr } from '#virtual/esp-idf/esp-err.ts';
import { checkImage } from '#virtual/esp-idf/image-check.ts';
import { revokeKey } from '#virtual/esp-idf/key-revocation.ts';
import { isStop } from '#virtual/esp-idf/loaded-image.ts';
import { OtaData, SECTOR } from '#virtual/esp-idf/ota-data.ts';
import { OtaWriter } from '#virtual/esp-idf/ota-writer.ts';
import type { OtaPlaces } from '#virtual/esp-idf/ota-places.ts';
import { rewritePartitionTable, slotOf, type Partitions } from '#virtual/esp-idf/partitions.ts';
import type { EspTraits } from '#virtual/esp-idf/traits.ts';

/** `begin` with this size erases the whole slot (OTA_SIZE_UNKNOWN). */
export const OTA_SIZE_UNKNOWN = 0xffffffff;
/** `begin` with this size erases sector by sector as data comes (OTA_WITH_SEQUENTIAL_WRITES). */
export const OTA_WITH_SEQUENTIAL_WRITES = 0xfffffffe;

const TAG = 'esp_ota_ops';

/**
 * What a running application calls to update itself (esp_ota_ops.c): codes as ESP-IDF's, lines on the console as ESP-IDF
 * prints them. None of it compares versions: that is the application's own business. Any call can end in `PowerLost`.
 */
export class OtaStore {
  /** The partition the application runs from. */
  readonly running: PartitionRow;
  /** The partition an update goes to: the next OTA slot (`esp_ota_get_next_update_partition`). */
  readonly target: PartitionRow;
  readonly console: Console;
  readonly #traits: EspTraits;
  readonly #partitions: Partitions;
  readonly #data: OtaData;
  #writer: OtaWriter | null = null;

  constructor(traits: EspTraits, places: OtaPlaces, console: Console) {
    this.#traits = traits;
    this.#partitions = places.partitions;
    this.#data = new OtaData(traits, places.otadata);
    this.running = places.running;
    this.target = traits.flaws.has('esp-idf/upload-to-running-slot') ? places.running : places.target;
    this.console = console;
  }

  /** Opens the target and erases what `size` needs. */
  begin(size: number): EspErr {
    const overRunning = this.#traits.flaws.has('esp-idf/upload-to-running-slot');
    if (this.target === this.running && !overRunning) return ESP_ERR.partitionConflict;
    if (this.#traits.rollback && this.state() === OTA_STATE.pendingVerify) {
      this.console.log('E', TAG, 'Running app has not confirmed state (ESP_OTA_IMG_PENDING_VERIFY)');
      return ESP_ERR.rollbackInvalidState;
    }
    if (this.#writer !== null) {
      this.console.log('E', TAG, `OTA operation already in progress on partition ${this.target.label}`);
      return ESP_ERR.alreadyInProgress;
    }
    const sequential = size === OTA_WITH_SEQUENTIAL_WRITES;
    const erase =
      size === 0 || size === OTA_SIZE_UNKNOWN ? this.target.size : Math.ceil(size / SECTOR) * SECTOR;
    this.#writer = new OtaWriter(this.#traits.flash, this.target, sequential);
    if (!sequential && erase > this.target.size) return ESP_ERR.invalidSize;
    if (this.#selectsFirst()) this.#select(this.target);
    if (!sequential) this.#traits.flash.erase(this.target.offset, erase);
    if (this.#traits.rollback) this.#forgetInactive();
    return ESP_ERR.ok;
  }

  /** Appends to the image. */
  write(bytes: Uint8Array): EspErr {
    if (this.#writer === null) return ESP_ERR.invalidArg;
    if (bytes.length === 0) return ESP_ERR.ok;
    const named = bytes[0] === ESP_IMAGE_MAGIC || this.#traits.flaws.has('esp-idf/magic-not-checked');
    if (this.#writer.written === 0 && !named) {
      const saw = (bytes[0] ?? 0).toString(16).padStart(2, '0');
      this.console.log('E', TAG, `OTA image has invalid magic byte (expected 0xE9, saw 0x${saw})`);
      return ESP_ERR.validateFailed;
    }
    return this.#writer.append(bytes);
  }

  /** Ends the transfer and verifies the whole image as the boot loader will. */
  end(): EspErr {
    const writer = this.#writer;
    if (writer === null) return ESP_ERR.notFound;
    this.#writer = null;
    if (writer.written === 0) return ESP_ERR.invalidArg;
    writer.flush();
    if (this.#verifies(this.target)) return ESP_ERR.ok;
    this.console.log('E', TAG, 'New image failed verification');
    return ESP_ERR.validateFailed;
  }

  /** Gives up a transfer. */
  abort(): EspErr {
    if (this.#writer === null) return ESP_ERR.notFound;
    this.#writer = null;
    return ESP_ERR.ok;
  }

  /** Verifies the target again and records that it is to be booted next. */
  setBoot(): EspErr {
    if (!this.#verifies(this.target)) return ESP_ERR.validateFailed;
    const descriptor = this.#traits.antiRollback ? readDescriptor(this.#traits, this.target) : undefined;
    if (descriptor === null) return ESP_ERR.notFound;
    if (descriptor !== undefined && !secureVersionAllowed(this.#traits, descriptor.secureVersion)) {
      const why =
        'This a new partition can not be booted due to a secure version is lower than stored in efuse.';
      this.console.log('E', TAG, `${why} Partition will be erased.`);
      this.#traits.flash.erase(this.target.offset, this.target.size);
      return ESP_ERR.smallSecureVersion;
    }
    if (this.#traits.flaws.has('esp-idf/partition-table-rewritten'))
      rewritePartitionTable(this.#traits.flash);
    if (!this.#selectsFirst()) this.#select(this.target);
    return ESP_ERR.ok;
  }

  /**
   * Ends the trial and burns the secure version. As in ESP-IDF it is the active otadata entry that becomes valid, even
   * where the boot loader had to fall back to another slot.
   */
  markValid(): EspErr {
    const entries = this.#data.read();
    const active = this.#data.active(entries);
    if (active === null) return this.#isFactory();
    if (entries[active].state === OTA_STATE.valid) return ESP_ERR.ok;
    if (this.#traits.flaws.has('esp-idf/confirm-not-stored')) return ESP_ERR.ok;
    this.#data.write(active, { ...entries[active], state: OTA_STATE.valid });
    return advanceSecureVersion(this.#traits, this.running, this.console);
  }

  /** Gives the active entry up, where another application could take over; the caller restarts then. */
  markInvalid(): EspErr {
    const entries = this.#data.read();
    const active = this.#data.active(entries);
    if (active === null) return this.#isFactory();
    if (!this.#rollbackPossible(active)) {
      this.console.log('E', TAG, 'Rollback is not possible, do not have any suitable apps in slots');
      return ESP_ERR.rollbackFailed;
    }
    this.#data.write(active, { ...entries[active], state: OTA_STATE.invalid });
    this.console.log('I', TAG, 'Rollback to previously worked partition.');
    return ESP_ERR.ok;
  }

  /** Revokes a key of Secure Boot that the running application does not need. */
  revokeKey(slot: number): EspErr {
    const { running, console } = this;
    return revokeKey(this.#traits, { running, console, state: this.state() }, slot);
  }

  /** What otadata says of the running slot (`OTA_STATE`); null for a factory app or a slot it does not name. */
  state(): number | null {
    const slot = slotOf(this.running);
    return slot === null ? null : this.#data.stateOf(slot, this.#partitions.slots);
  }

  /** Descriptor of an application; of the target only once its first bytes were written. */
  describe(partition: PartitionRow): AppDescriptor | null {
    return readDescriptor(this.#traits, partition);
  }

  #verifies(partition: PartitionRow): boolean {
    const result = checkImage(this.#traits, partition, 'verify', this.console);
    if (isStop(result) && result.stop === 'panic') throw guruMeditation(result.reason);
    return !isStop(result);
  }

  /** Two flaws select the slot before its image is there, counting on the boot loader to refuse half an image. */
  #selectsFirst(): boolean {
    const { flaws } = this.#traits;
    return flaws.has('esp-idf/otadata-before-image') || flaws.has('esp-idf/image-not-verified-at-boot');
  }

  #select(partition: PartitionRow): void {
    const state = this.#traits.rollback ? OTA_STATE.new : OTA_STATE.undefined;
    const slot = slotOf(partition) ?? 0;
    const entries = this.#data.read();
    const next = nextEntry(entries, slot, this.#partitions.slots, state, this.#data.selectable);
    const overActive = this.#traits.flaws.has('esp-idf/active-record-overwritten');
    const index = (overActive ? this.#data.active(entries) : null) ?? next.index;
    this.#data.write(index, next.entry);
  }

  /** `esp_ota_invalidate_inactive_ota_data_slot`, since v5.5: what is being overwritten must not be selected meanwhile. */
  #forgetInactive(): void {
    const entries = this.#data.read();
    const active = this.#data.active(entries);
    if (active === null) return;
    const inactive = active === 0 ? 1 : 0;
    const entry = entries[inactive];
    if (!otaCrcFits(entry) || otaSlot(entry.seq, this.#partitions.slots) === slotOf(this.running)) return;
    this.#data.erase(inactive);
  }

  #rollbackPossible(active: 0 | 1): boolean {
    const other = this.#data.read()[active === 0 ? 1 : 0];
    const { factory, ota, slots } = this.#partitions;
    if (!this.#data.selectable(other)) {
      return !this.#traits.antiRollback && factory !== null && this.#verifies(factory);
    }
    const partition = ota[otaSlot(other.seq, slots)];
    if (!partition || !this.#verifies(partition)) return false;
    if (!this.#traits.antiRollback) return true;
    const descriptor = readDescriptor(this.#traits, partition);
    return descriptor !== null && secureVersionAllowed(this.#traits, descriptor.secureVersion);
  }

  #isFactory(): EspErr {
    this.console.log('E', TAG, 'Running firmware is factory');
    return ESP_ERR.fail;
  }
}
