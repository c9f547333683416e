import type { InputProtocol } from '#core/board.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import { encodeBleCase, parseBleCase } from '#codecs/ble/case-text.ts';
import { encodeScript, parseScript } from '#codecs/server-script.ts';
import { encodeSmpSerial, SmpSerialDecoder } from '#codecs/smp-serial.ts';
import { havoc } from '#fuzz/mutate.ts';
import type { Rng } from '#fuzz/rng.ts';

type Mutate = (given: FuzzCase, rng: Rng) => FuzzCase;

/** One in so many mutations damages what surrounds a message, which then rarely gets deep. */
const OUTSIDE = 4;

const bytes: Mutate = (given, rng) => ({ ...havoc(given.name, given.bytes, rng), ...kept(given) });

/** The state stays; that a sound board must refuse it is no longer known. */
function kept({ state }: FuzzCase): Pick<FuzzCase, 'state'> {
  return state === undefined ? {} : { state };
}

/** The packet inside the frame, which is then sound again. */
const smp: Mutate = (given, rng) => {
  const [item] = new SmpSerialDecoder().push(given.bytes);
  if (item?.kind !== 'packet' || rng.below(OUTSIDE) === 0) return bytes(given, rng);
  const mutated = havoc(given.name, item.packet, rng);
  return { ...mutated, bytes: encodeSmpSerial(mutated.bytes), ...kept(given) };
};

/** The last answer of a server whose TLS is sound. */
const https: Mutate = (given, rng) => {
  const script = parseScript(given.bytes);
  const last = script?.answers.at(-1);
  if (script === null || last === undefined) return bytes(given, rng);
  const { name, bytes: mutated } = havoc(given.name, Buffer.from(last, 'latin1'), rng);
  const answers = [...script.answers.slice(0, -1), Buffer.from(mutated).toString('latin1')];
  return { name, bytes: encodeScript({ ...script, answers }), ...kept(given) };
};

/** One step more, less, twice or elsewhere; null where there are too few. */
function reordered(steps: readonly BleStep[], rng: Rng): readonly [string, readonly BleStep[]] | null {
  const at = rng.below(steps.length);
  const step = steps[at];
  if (step === undefined) return null;
  const others = steps.filter((_, index) => index !== at);
  const to = rng.below(steps.length);
  const choice = rng.below(3);
  if (choice === 0 && others.length > 0) return ['step left out', others];
  if (choice === 1) return ['step repeated', steps.toSpliced(at, 0, step)];
  return others.length === 0 ? null : ['step moved', others.toSpliced(to, 0, step)];
}

/** The bytes of a frame, or the order of the steps. */
const ble: Mutate = (given, rng) => {
  const content = parseBleCase(given.bytes);
  if (content === null) return given;
  const { steps, forbids: _, ...rest } = content;
  const frames = steps.flatMap((step, index) => (step.do === 'frame' ? [index] : []));
  const other = rng.below(OUTSIDE) === 0 ? reordered(steps, rng) : null;
  if (other !== null || frames.length === 0) {
    const [what, changed] = other ?? ['unchanged', steps];
    return {
      name: `${given.name}: ${what}`,
      bytes: encodeBleCase({ ...rest, steps: changed }),
      ...kept(given),
    };
  }
  const at = frames[rng.below(frames.length)] ?? 0;
  const frame = steps[at];
  if (frame?.do !== 'frame') return given;
  const { name, bytes: mutated } = havoc(given.name, frame.bytes, rng);
  return {
    name,
    bytes: encodeBleCase({ ...rest, steps: steps.with(at, { ...frame, bytes: mutated }) }),
    ...kept(given),
  };
};

const MUTATE: Readonly<Record<InputProtocol, Mutate>> = {
  smp,
  mqtt: bytes,
  http: bytes,
  https,
  coap: bytes,
  mdns: bytes,
  ble,
};

/** An input of this protocol with some damage, mostly where a parser gets to it. */
export function mutateCase(protocol: InputProtocol, given: FuzzCase, rng: Rng): FuzzCase {
  return MUTATE[protocol](given, rng);
}
