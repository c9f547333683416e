import { signatureOf, type Alarm } from '#core/alarm.ts';
import type { Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import type { FuzzFinding } from '#core/fuzz-finding.ts';
import type { FuzzCase, HuntInput, HuntResult } from '#core/verbs.ts';
import { SUSPECTS } from '#engine/triage/attribute.ts';
import { caseRecord, isAnswered } from '#engine/triage/case-record.ts';
import { findingFiles } from '#engine/triage/finding-files.ts';
import { KnownBad } from '#engine/triage/known-bad.ts';
import { baseline, lookAfter, type Before } from '#engine/triage/look.ts';
import { Corpus } from '#engine/triage/corpus.ts';
import { triageAlarm } from '#engine/triage/triage.ts';
import type { Verb, VerbCall } from '#engine/verb-call.ts';

/** Cases after which the place is written down from which a campaign can be gone on with. */
const EVERY = 100;

/** One campaign under way. */
class Hunt {
  readonly #input: HuntInput;
  readonly #call: VerbCall;
  readonly #corpus: Corpus;
  readonly #bad = new KnownBad();
  readonly #known: Set<string>;
  readonly #findings: FuzzFinding[] = [];
  /** Sent since the board was restored for the last time. */
  #suspects: FuzzCase[] = [];
  #before: Before = { boots: 0 };
  #index: number;
  #count = { sent: 0, answered: 0, left: 0, repeated: 0 };

  constructor(input: HuntInput, call: VerbCall) {
    this.#input = input;
    this.#call = call;
    this.#corpus = new Corpus(input.corpus);
    this.#known = new Set(input.known);
    this.#index = input.from;
  }

  async run(): Promise<HuntResult> {
    const { enough, caseAt } = this.#input;
    this.#before = await baseline(this.#input.protocol, this.#call);
    for (; !enough(this.#index - this.#input.from); this.#index += 1) {
      const fuzzed = caseAt(this.#index, this.#corpus.cases);
      if (this.#bad.skips(fuzzed)) this.#count.left += 1;
      else await this.#send(fuzzed);
      if (this.#index % EVERY === EVERY - 1) this.#note(this.#index + 1);
    }
    this.#note(this.#index);
    return {
      ...this.#count,
      next: this.#index,
      findings: this.#findings,
      corpus: this.#corpus.cases.length,
    };
  }

  async #send(fuzzed: FuzzCase): Promise<void> {
    const { protocol } = this.#input;
    const looked = await lookAfter(protocol, fuzzed, this.#before, this.#call);
    this.#call.record('case', caseRecord(this.#index, fuzzed, looked));
    this.#count.sent += 1;
    if (isAnswered(looked)) this.#count.answered += 1;
    this.#suspects = [...this.#suspects.slice(1 - SUSPECTS), fuzzed];
    this.#progress();
    if (looked.alarm !== null) await this.#alarmed(fuzzed, looked.alarm);
    else if (this.#corpus.take(fuzzed, looked)) this.#keep(fuzzed);
  }

  async #alarmed(fuzzed: FuzzCase, alarm: Alarm): Promise<void> {
    this.#bad.add(fuzzed);
    const id = signatureOf(alarm);
    if (this.#known.has(id)) this.#count.repeated += 1;
    else await this.#triage(fuzzed, alarm);
    this.#known.add(id);
    const { rig, signal } = this.#call;
    await rig.prepare({ signal });
    this.#suspects = [];
    this.#before = await baseline(this.#input.protocol, this.#call);
  }

  async #triage({ name }: FuzzCase, alarm: Alarm): Promise<void> {
    const { protocol, seed, expected, shapes, probes, enough, from } = this.#input;
    const cases = this.#suspects;
    const broken = { index: cases.length - 1, name, what: alarm.what, alarm };
    const stopped = () => enough(this.#index - from);
    // Its own figures would hide how far the campaign is.
    const call = { ...this.#call, progress: () => this.#progress() };
    const input = { protocol, seed, expected, shapes, probes, cases, broken, stopped };
    const triaged = await triageAlarm(input, call);
    const finding = { ...triaged.finding, found: { ...triaged.finding.found, index: this.#index } };
    this.#findings.push(finding);
    this.#call.record('finding', finding as unknown as Json);
    this.#call.keepFinding(finding.id, findingFiles({ ...triaged, finding }));
  }

  #progress(): void {
    const { from, planned } = this.#input;
    const done = this.#index + 1 - from;
    this.#call.progress(done, Math.max(done, planned(done)));
  }

  #keep({ name, bytes, state }: FuzzCase): void {
    const file = `${String(this.#index).padStart(9, '0')}-${sha256Hex(bytes).slice(0, 12)}.json`;
    const told = {
      name,
      ...(state === undefined ? {} : { state }),
      bytes: Buffer.from(bytes).toString('hex'),
    };
    this.#call.keepFile(`corpus/${file}`, told);
  }

  #note(next: number): void {
    const { protocol, seed } = this.#input;
    const board = this.#call.rig.board.id;
    this.#call.keepFile('corpus/state.json', { board, protocol, seed, next, known: [...this.#known] });
  }
}

/** Sends cases until it is enough; each new alarm is triaged, and the board restored. */
export const hunt: Verb<HuntResult, HuntInput> = {
  run: (input, call) => new Hunt(input, call).run(),
  asked: ({ protocol, seed, from, corpus }) => ({ protocol, seed, from, corpus: corpus.length }),
  told: ({ findings, ...figures }) => ({ ...figures, findings: findings.map(({ id }) => id) }),
};
