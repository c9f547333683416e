/** A slot as mcumgr's image state lists it. */
export interface SlotEntry {
  readonly slot: 0 | 1;
  readonly version: string;
  /** SHA-256 TLV. */
  readonly hash: Uint8Array;
  readonly bootable: boolean;
  readonly pending: boolean;
  readonly confirmed: boolean;
  readonly active: boolean;
  readonly permanent: boolean;
}

/** Error of the image management group (`IMG_MGMT_ERR_*`, Zephyr), 0 for none. */
export type ImageError = number;

/** The application's side of MCUboot's slots: what an SMP image group stands on. Every call can end in `PowerLost`. */
export interface ImageStore {
  /** Slots that hold a readable image. */
  list(): readonly SlotEntry[];
  /** Number of the slot that uploads go to. */
  readonly updateSlot: 0 | 1;
  /** Size of a slot, bytes. */
  readonly slotSize: number;
  /** Largest image that the boot loader has room to swap, bytes; a sound application takes no larger upload. */
  readonly maxImageSize: number;
  /** Erases the update slot's pages that `length` bytes need, and its trailer. */
  erase(length: number): void;
  /** Writes a chunk; a tail shorter than a word is padded with 0xff. */
  write(offset: number, bytes: Uint8Array): void;
  /** Reads back from the update slot. */
  read(offset: number, length: number): Uint8Array;
  /** Marks the image with this hash (null: the one in the update slot) to be booted next. */
  setPending(hash: Uint8Array | null, permanent: boolean): ImageError;
  /** Makes the running image permanent. */
  confirm(): ImageError;
}
