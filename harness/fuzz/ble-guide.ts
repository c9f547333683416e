import type { CaseGuide, CaseSeen } from '#core/case-guide.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import { encodeBleCase, parseBleCase } from '#codecs/ble/case-text.ts';
import { answerKinds } from '#fuzz/ble-answers.ts';
import type { BleHandles } from '#fuzz/ble-cases.ts';
import { bleVocabulary, type BleWord } from '#fuzz/ble-vocabulary.ts';
import { havoc } from '#fuzz/mutate.ts';
import { Novelty, traitsOf } from '#fuzz/novelty.ts';
import { rng, type Rng } from '#fuzz/rng.ts';

export interface BleGuideOptions {
  readonly seed: number;
  readonly handles: BleHandles;
  /** False: what earlier cases led to is not looked at; the yardstick for guidance. */
  readonly guided: boolean;
  /** Cases of an earlier search, which are sent first. */
  readonly corpus?: readonly FuzzCase[];
}

/** A conversation that led to something new, and how often one was made from it. */
interface Entry {
  readonly steps: readonly NamedStep[];
  used: number;
}

interface NamedStep {
  readonly name: string;
  readonly step: BleStep;
}

const MOST_STEPS = 16;
/** Steps that are put behind a conversation at once, at most. */
const MOST_NEW = 3;
const ROOT: readonly NamedStep[] = [];
const SETTLE: NamedStep = { name: 'settle', step: { do: 'settle' } };

/**
 * Searches conversations with an LE device, each on a link of its own: those that led to an answer, an end or a console
 * line in a way not seen before are kept and gone on with, the ones that were gone on with least first. Case n hangs on
 * the seed and on what the cases before it led to, and on nothing else.
 */
export class BleGuide implements CaseGuide {
  readonly #options: BleGuideOptions;
  readonly #words: readonly [BleWord, ...BleWord[]];
  readonly #novelty = new Novelty();
  readonly #entries: Entry[] = [{ steps: ROOT, used: 0 }];
  readonly #kept: FuzzCase[] = [];
  readonly #queued: FuzzCase[];
  #last: { readonly made: FuzzCase; readonly steps: readonly NamedStep[] } | null = null;
  #count = 0;

  constructor(options: BleGuideOptions) {
    this.#options = options;
    const [first, ...rest] = bleVocabulary(options.handles) as [BleWord, ...BleWord[]];
    this.#words = [first, ...rest];
    this.#queued = [...(options.corpus ?? [])];
  }

  next(): FuzzCase {
    const again = this.#queued.shift();
    const steps = again === undefined ? this.#made() : stepsOf(again);
    const made = again ?? caseOf(steps);
    this.#last = { made, steps };
    return made;
  }

  learn(seen: CaseSeen): void {
    const last = this.#last;
    if (last === null || !this.#novelty.take(traitsOf(answerKinds(seen.answer), seen))) return;
    this.#kept.push(last.made);
    if (this.#options.guided && last.steps.length < MOST_STEPS) {
      this.#entries.push({ steps: last.steps, used: 0 });
    }
  }

  corpus(): readonly FuzzCase[] {
    return this.#kept;
  }

  #made(): readonly NamedStep[] {
    const random = rng(this.#options.seed, `ble search ${this.#count}`);
    this.#count += 1;
    const entry = this.#entries.reduce((least, other) => (other.used < least.used ? other : least));
    entry.used += 1;
    return this.#options.guided
      ? this.#changed(entry.steps, random)
      : this.#longer(ROOT, 1 + random.below(MOST_STEPS / 2), random);
  }

  /** Mostly goes on with a conversation; now and then repeats or damages what was said before. */
  #changed(steps: readonly NamedStep[], random: Rng): readonly NamedStep[] {
    const at = random.below(steps.length);
    const chosen = steps[at];
    const roll = random.below(10);
    if (chosen === undefined || roll < 7) return this.#longer(steps, 1 + random.below(MOST_NEW), random);
    const changed = roll < 9 ? [chosen, chosen] : [damaged(chosen, random)];
    return [...steps.slice(0, at), ...changed, ...steps.slice(at + 1)];
  }

  #longer(steps: readonly NamedStep[], more: number, random: Rng): readonly NamedStep[] {
    const added = Array.from({ length: more }, () => this.#said(random)).flat();
    return [...steps, ...added].slice(0, MOST_STEPS);
  }

  /** A word, sound or damaged; every other time its answer is waited for. */
  #said(random: Rng): readonly NamedStep[] {
    const { name, cid, bytes } = random.pick(this.#words);
    const sound: NamedStep = { name, step: { do: 'frame', cid, bytes } };
    const said = random.below(3) === 0 ? damaged(sound, random) : sound;
    return random.below(2) === 0 ? [said] : [said, SETTLE];
  }
}

function damaged({ name, step }: NamedStep, random: Rng): NamedStep {
  if (step.do !== 'frame') return { name, step };
  const { name: done, bytes } = havoc(name, step.bytes, random);
  return { name: done, step: { ...step, bytes } };
}

function caseOf(steps: readonly NamedStep[]): FuzzCase {
  const bytes = encodeBleCase({ ownLink: true, steps: steps.map(({ step }) => step) });
  return { name: steps.map(({ name }) => name).join('; '), bytes };
}

/** Steps of a case out of a corpus; one that cannot be read is sent, and not gone on with. */
function stepsOf({ name, bytes }: FuzzCase): readonly NamedStep[] {
  return (parseBleCase(bytes)?.steps ?? []).map((step) => ({ name, step }));
}
