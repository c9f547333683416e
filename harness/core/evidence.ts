import { canonical, type Json } from '#core/canonical.ts';
import { digestOf } from '#core/digest.ts';

/**
 * What kind of fact an entry states: `start` scenario and board; `board` proven to be the one that was named; `transition` of the machine; `verb` called and what it
 * gave; `power` edge; `flash` digest; `bytes` stored beside the record; `console` line; `cut` judged; `sequence` of cuts, the shortest that
 * breaks the board; `case` of a fuzz campaign; `finding` what triage made of an alarm; `control` relied on; `end` verdict.
 */
export type EvidenceKind =
  | 'start'
  | 'board'
  | 'transition'
  | 'verb'
  | 'power'
  | 'flash'
  | 'bytes'
  | 'console'
  | 'cut'
  | 'sequence'
  | 'case'
  | 'finding'
  | 'control'
  | 'end';

/** One observed fact; `hash` covers every other member, `prev` is the hash of the entry before. */
export interface Evidence {
  readonly seq: number;
  /** Milliseconds on the rig's clock since the scenario began. */
  readonly at: number;
  readonly kind: EvidenceKind;
  readonly data: Json;
  readonly prev: string;
  readonly hash: string;
}

/** Chains by the files of their records; empty where there is none. Read when asked for: a run may have gigabytes. */
export type Chains = (file: string) => readonly Evidence[];

/** `prev` of the first entry of every chain. */
export const GENESIS = '0'.repeat(64);

/** The next entry of a chain. */
export function link(prev: Evidence | undefined, at: number, kind: EvidenceKind, data: Json): Evidence {
  const body = { seq: prev === undefined ? 0 : prev.seq + 1, at, kind, data, prev: prev?.hash ?? GENESIS };
  return { ...body, hash: digestOf(body) };
}

/** One line of a record file: canonical JSON, so that every byte of the file is covered by a hash. */
export function toLine(entry: Evidence): string {
  return `${canonical(entry as unknown as Json)}\n`;
}
