import type { Answer, EsptoolProcess, TheirChip } from '#codecs/peers/esptool/process.ts';
import type { KeyRing } from '#codecs/peers/esptool/keys.ts';
import type { Draw } from '#codecs/peers/draw.ts';

/** What a comparison works with. */
export interface CaseWorld {
  readonly random: Draw;
  readonly tools: EsptoolProcess;
  readonly keys: KeyRing;
  /** By the vendor's name of the chip. */
  readonly chips: Readonly<Record<string, TheirChip>>;
}

/** One comparison; says in what both sides differ. */
export type PeerCase = (world: CaseWorld) => Promise<readonly string[]>;

/** A difference where two files are not the same bytes. */
export function sameBytes(what: string, ours: Uint8Array, theirs: Uint8Array): readonly string[] {
  if (Buffer.compare(ours, theirs) === 0) return [];
  const at = ours.findIndex((byte, i) => byte !== theirs[i]);
  return [`${what}: ${ours.length} and ${theirs.length} bytes, first difference at ${at}`];
}

/** A difference where two values are not the same JSON. */
export function same(what: string, ours: unknown, theirs: unknown): readonly string[] {
  const [left, right] = [JSON.stringify(ours), JSON.stringify(theirs)];
  return left === right ? [] : [`${what}: ours ${left}, theirs ${right}`];
}

/** A difference where a tool should have accepted, or refused, and did not. */
export function verdict(what: string, expected: boolean, { ok, error }: Answer): readonly string[] {
  return ok === expected ? [] : [`${what}: ${ok ? 'they accept it' : `they refuse it (${error ?? ''})`}`];
}
