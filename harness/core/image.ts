/** A firmware image as offered to a board, with what the board will report once it runs. */
export interface Image {
  /** For people: `candidate 1.3.0`, `unsigned 1.3.0`. */
  readonly name: string;
  readonly version: string;
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, hex. */
  readonly digest: string;
  /** What the management link reports when this image runs: MCUboot's image hash, or ESP-IDF's app_elf_sha256; hex. */
  readonly identity: string;
  /** 16 hex digits that the application prints in its boot banner. */
  readonly buildId: string;
}

/** What an application in a test image does after it was booted. */
export type Behaviour = 'healthy' | 'never-confirms' | 'crashes' | 'hangs';

/** What a test image is to be; everything that is left out is as in the board's golden image. */
export interface ImageSpec {
  readonly name?: string;
  /** `major.minor.revision` or `major.minor.revision+build`. */
  readonly version: string;
  /** MCUboot security counter or ESP-IDF secure_version. */
  readonly securityCounter?: number;
  readonly behaviour?: Behaviour;
  /** Product the image claims to be for. */
  readonly product?: string;
  /** Bytes of payload to grow to, at least what the behaviour needs. */
  readonly payloadSize?: number;
  /** Salts build id and filler. */
  readonly seed?: number;
}
