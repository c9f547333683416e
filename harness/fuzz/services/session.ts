import { encodeAtt } from '#codecs/ble/att.ts';
import type { BleCase, BleStep } from '#codecs/ble/attack-case.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import { havoc, truncations } from '#fuzz/mutate.ts';
import type { Rng } from '#fuzz/rng.ts';
import { overridden, type Overridable, type Overrides, type Variant } from '#fuzz/services/overridable.ts';

/** One move of a client: a value written, with or without an answer, or read. */
export type ServiceMove =
  | { readonly do: 'write' | 'command'; readonly handle: number; readonly message: Overridable }
  | { readonly do: 'read'; readonly handle: number };

/** What a client of a service does, from the start to the end: a sound path that mutations start from. */
export interface ServiceSession {
  readonly name: string;
  readonly moves: readonly ServiceMove[];
}

/** What a client asks for, so that whole messages fit one write. */
const MTU = 517;
const SETTLE: BleStep = { do: 'settle' };
const att = (...pdu: Parameters<typeof encodeAtt>): BleStep => ({
  do: 'frame',
  cid: CID.att,
  bytes: encodeAtt(...pdu),
});
const BEGIN: readonly BleStep[] = [att({ type: 'mtuReq', mtu: MTU })];

function stepOf(move: ServiceMove, bytes?: Uint8Array): BleStep {
  const { handle } = move;
  if (move.do === 'read') return att({ type: 'readReq', handle });
  const value = bytes ?? move.message.encode();
  return att({ type: move.do === 'write' ? 'writeReq' : 'writeCommand', handle, value });
}

function caseOf(name: string, steps: readonly BleStep[]): BleCase {
  return { name, ownLink: true, steps: [...BEGIN, ...steps, SETTLE] };
}

/** The sound path, which has to raise no alarm. */
export function soundCase({ name, moves }: ServiceSession): BleCase {
  return caseOf(
    `${name}, as it should be`,
    moves.map((move) => stepOf(move)),
  );
}

/** The path with other bytes in one of its writes. */
function withVariant({ name, moves }: ServiceSession, at: number, variant: Variant): BleCase {
  const steps = moves.map((move, index) => stepOf(move, index === at ? variant.bytes : undefined));
  return caseOf(`${name}: ${variant.name}`, steps);
}

/** The path with fields of one of its writes overridden. */
export function overriddenSteps(
  session: ServiceSession,
  at: number,
  overrides: Overrides,
): readonly BleStep[] {
  const move = session.moves[at];
  const bytes = move === undefined || move.do === 'read' ? new Uint8Array() : move.message.encode(overrides);
  return withVariant(session, at, { name: session.name, bytes }).steps;
}

/** The path as it is, with moves left out, doubled and swapped; then every write overridden field by field, and cut at every byte. */
export function sessionCases(session: ServiceSession): readonly BleCase[] {
  const changed = session.moves.flatMap((move, at) => {
    if (move.do === 'read') return [];
    const cut = truncations(move.message.name, move.message.encode());
    return [...overridden(move.message), ...cut].map((variant) => withVariant(session, at, variant));
  });
  return [soundCase(session), ...orderCases(session), ...changed];
}

function orderCases({ name, moves }: ServiceSession): readonly BleCase[] {
  const steps = moves.map((move) => stepOf(move));
  return moves.flatMap((_, at) => {
    const before = steps.slice(0, at);
    const [here, next, ...rest] = steps.slice(at);
    if (here === undefined) return [];
    const doubled = caseOf(`${name}: move ${at} twice`, [...before, here, ...steps.slice(at)]);
    if (next === undefined) return [doubled];
    return [
      doubled,
      caseOf(`${name}: without move ${at}`, [...before, next, ...rest]),
      caseOf(`${name}: moves ${at} and ${at + 1} swapped`, [...before, next, here, ...rest]),
    ];
  });
}

/** Random damage to one write of the path; decided by the stream. */
export function sessionHavoc(session: ServiceSession, random: Rng): BleCase {
  const writes = session.moves.flatMap((move, at) => (move.do === 'read' ? [] : [{ at, move }]));
  const chosen = writes[random.below(writes.length)];
  if (chosen === undefined) return soundCase(session);
  const { message } = chosen.move;
  const isByField = random.below(2) === 0;
  const variants = isByField ? overridden(message) : [];
  const variant = variants[random.below(variants.length)] ?? havoc(message.name, message.encode(), random);
  return withVariant(session, chosen.at, variant);
}
