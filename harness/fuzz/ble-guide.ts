import type { CaseGuide, CaseSeen } from '#core/case-guide.ts';
import type { FuzzCase } from '#core/verbs.ts';
import type { BleStep } from '#codecs/ble/attack-case.ts';
import { encodeBleCase, parseBleCase } from '#codecs/ble/case-text.ts';
import { answerKinds, topicOf } from '#fuzz/ble-answers.ts';
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

/** A conversation that led to something new, what that was, and how often one was made from it. */
interface Entry {
  readonly steps: readonly NamedStep[];
  used: number;
}

/** A case that was made up, with what it is made of. */
interface Conversation {
  readonly made: FuzzCase;
  readonly steps: readonly NamedStep[];
}

interface NamedStep {
  readonly name: string;
  readonly step: BleStep;
}

const MOST_STEPS = 24;
/** Steps that are put behind a conversation at once, at most. */
const MOST_NEW = 8;
/** One conversation in so many begins anew: what lies near the beginning is not forgotten over what lies deep. */
const FRESH = 3;
const ROOT: readonly NamedStep[] = [];
const SETTLE: NamedStep = { name: 'settle', step: { do: 'settle' } };

/**
 * Searches conversations with an LE device, each on a link of its own: those that led to an answer, an end or a console
 * line in a way not seen before are kept and gone on with, the ones that were gone on with least first. Case n hangs on
 * the seed and on what the cases before it led to, and on nothing else.
 */
export class BleGuide implements CaseGuide {
  readonly #options: BleGuideOptions;
  readonly #words: readonly BleWord[];
  readonly #novelty = new Novelty();
  readonly #entries: Entry[] = [{ steps: ROOT, used: 0 }];
  readonly #kept: FuzzCase[] = [];
  readonly #queued: FuzzCase[];
  #last: Conversation | null = null;
  #count = 0;

  constructor(options: BleGuideOptions) {
    this.#options = options;
    this.#words = bleVocabulary(options.handles);
    this.#queued = [...(options.corpus ?? [])];
  }

  next(): FuzzCase {
    const again = this.#queued.shift();
    this.#last = again === undefined ? this.#made() : { made: again, steps: stepsOf(again) };
    return this.#last.made;
  }

  learn(seen: CaseSeen): void {
    const last = this.#last;
    if (last === null || !this.#novelty.take(traitsOf(answerKinds(seen.answer), seen))) return;
    const { made, steps } = last;
    this.#kept.push(made);
    if (this.#options.guided && steps.length < MOST_STEPS) this.#entries.push({ steps, used: 0 });
  }

  corpus(): readonly FuzzCase[] {
    return this.#kept;
  }

  #made(): Conversation {
    const random = rng(this.#options.seed, `ble search ${this.#count}`);
    this.#count += 1;
    const begun = random.below(FRESH) === 0 ? ROOT : this.#goneOnWith(random);
    const steps = this.#longer(begun, 1 + random.below(MOST_NEW), random);
    return { made: caseOf(steps), steps };
  }

  /** The conversation that was gone on with least; now and then with one step of it repeated or damaged. */
  #goneOnWith(random: Rng): readonly NamedStep[] {
    const entry = this.#entries.reduce((least, other) => (other.used < least.used ? other : least));
    entry.used += 1;
    const { steps } = entry;
    const at = random.below(steps.length);
    const chosen = steps[at];
    const roll = random.below(10);
    if (chosen === undefined || roll < 8) return steps;
    const changed = roll === 8 ? [chosen, chosen] : [damaged(chosen, random)];
    return [...steps.slice(0, at), ...changed, ...steps.slice(at + 1)];
  }

  #longer(steps: readonly NamedStep[], more: number, random: Rng): readonly NamedStep[] {
    const longer = [...steps];
    for (let left = more; left > 0; left--) longer.push(...this.#said(longer, random));
    return longer.slice(0, MOST_STEPS);
  }

  /** A word, mostly on the topic of the last, sound or damaged; every other time its answer is waited for. */
  #said(before: readonly NamedStep[], random: Rng): readonly NamedStep[] {
    const last = before.findLast(({ step }) => step.do === 'frame')?.step;
    const stays = last?.do === 'frame' && random.below(4) > 0 ? topicOf(last.cid) : null;
    const words = this.#words.filter((word) => stays === null || topicOf(word.cid) === stays);
    const { name, cid, bytes } = random.pick(words as [BleWord, ...BleWord[]]);
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
