import { ACL_START } from '#codecs/ble/hci.ts';

/** One piece of an L2CAP frame, as an ACL packet carries it. */
export interface Fragment {
  /** As `ACL_START`; a first piece, or one that goes on. */
  readonly start: number;
  readonly data: Uint8Array;
}

/** A frame in pieces of at most `most` bytes; `cuts` are places where it is cut besides. */
export function fragmentsOf(
  frame: Uint8Array,
  most: number,
  cuts: readonly number[] = [],
): readonly Fragment[] {
  const places = new Set(cuts.filter((cut) => cut > 0 && cut < frame.length));
  const pieces: Fragment[] = [];
  let begin = 0;
  for (let at = 1; at <= frame.length; at++) {
    if (at !== frame.length && !places.has(at) && at - begin < most) continue;
    pieces.push({
      start: begin === 0 ? ACL_START.fromHost : ACL_START.continuation,
      data: frame.slice(begin, at),
    });
    begin = at;
  }
  return pieces.length > 0 ? pieces : [{ start: ACL_START.fromHost, data: frame }];
}
