/** A name that a bench file imports, and where from: place of a module under the repository, `drivers/channel/serial`. */
export interface BenchImport {
  readonly name: string;
  readonly from: string;
}

/** How a bench file names a piece of equipment. */
export interface BenchSource {
  /** Slot of a board's wiring that it fits. */
  readonly slot: 'channel' | 'power' | 'probe';
  readonly imports: readonly BenchImport[];
  /** TypeScript. */
  readonly expression: string;
}

/** Something that was found plugged in. */
export interface Found {
  readonly kind: 'port' | 'probe' | 'hub' | 'instrument';
  /** Name that stays: `/dev/serial/by-id/...`, hub location, serial number. */
  readonly id: string;
  /** What it says it is. */
  readonly title: string;
  /** What it is likely to be for. */
  readonly note?: string;
  /** A board of ours that it is probably a part of: its folder under boards/. */
  readonly board?: string;
  readonly source?: BenchSource;
}

/** Looks for one kind of equipment; modules `drivers/discover/<name>.ts` export one as `finder`. */
export interface Finder {
  readonly name: string;
  /** Gives what is there; a tool that is missing is a remark, not an error. */
  find(
    signal: AbortSignal,
  ): Promise<{ readonly found: readonly Found[]; readonly remarks: readonly string[] }>;
}
