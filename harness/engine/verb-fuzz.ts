import type { Liveness, Rung } from '#core/capabilities.ts';
import type { Json } from '#core/canonical.ts';
import type { InputProtocol } from '#core/board.ts';
import { sha256Hex } from '#core/digest.ts';
import type { BrokenBy, FuzzCase, FuzzInput, FuzzResult } from '#core/verbs.ts';
import { brief } from '#engine/brief.ts';
import { caseRecord, isAnswered } from '#engine/triage/case-record.ts';
import { baseline, lookAfter, orDead, type Looked } from '#engine/triage/look.ts';
import { use, type Verb, type VerbCall } from '#engine/verb-call.ts';

async function resets(call: VerbCall): Promise<boolean> {
  await use(call, 'power').reset({ signal: call.signal });
  call.record('power', { edge: 'reset' });
  const seen = await orDead(call, use(call, 'identity').read({ signal: call.signal }));
  return typeof seen !== 'string' && seen.running;
}

/** What a campaign has come to so far. */
class Campaign {
  readonly made: FuzzCase[] = [];
  readonly #looked = new Map<Rung, number>();
  readonly #input: FuzzInput;
  #sent = 0;
  #answered = 0;

  constructor(input: FuzzInput) {
    this.#input = input;
  }

  /** The next case: of those given, then of those that the guide makes up; null: that was all. */
  next(): FuzzCase | null {
    const { cases, search } = this.#input;
    const given = cases[this.#sent];
    if (given !== undefined) return given;
    if (search === undefined || this.made.length >= search.count) return null;
    const made = search.guide.next();
    this.made.push(made);
    return made;
  }

  take(seen: Looked): void {
    this.#sent += 1;
    if (isAnswered(seen)) this.#answered += 1;
    for (const rung of seen.rungs) this.#looked.set(rung, (this.#looked.get(rung) ?? 0) + 1);
    if (this.made.length === 0 || typeof seen.reply === 'string') return;
    const { reaction, bytes } = seen.reply;
    this.#input.search?.guide.learn({
      reaction,
      answer: bytes,
      console: seen.console.map(({ text }) => text),
    });
  }

  get sent(): number {
    return this.#sent;
  }

  result(broken: BrokenBy | null, recovered: boolean | null): FuzzResult {
    const { search } = this.#input;
    return {
      sent: this.#sent,
      answered: this.#answered,
      broken,
      recovered,
      looked: Object.fromEntries(this.#looked),
      ...(search !== undefined && { searched: { cases: this.made, corpus: search.guide.corpus() } }),
    };
  }
}

/** Sends each case and checks liveness after it; stops at the first that breaks the board, and resets it then. */
export const fuzz: Verb<FuzzResult, FuzzInput> = {
  async run(input, call) {
    const { protocol, cases, search } = input;
    const before = await baseline(protocol, call);
    const campaign = new Campaign(input);
    use(call, 'radio').capture?.(protocol);
    for (let fuzzed = campaign.next(); fuzzed !== null; fuzzed = campaign.next()) {
      const index = campaign.sent;
      const looked = await lookAfter(protocol, fuzzed, before, call);
      call.record('case', caseRecord(index, fuzzed, looked));
      campaign.take(looked);
      call.progress(campaign.sent, cases.length + (search?.count ?? 0));
      const { alarm } = looked;
      if (alarm === null) continue;
      keepSeen(input, call);
      return campaign.result({ index, name: fuzzed.name, what: alarm.what, alarm }, await resets(call));
    }
    keepSeen(input, call);
    return campaign.result(null, null);
  },
  asked: ({ protocol, cases, search }) => ({
    protocol,
    cases: cases.map(({ name }) => name),
    ...(search !== undefined && { search: search.count }),
  }),
  told: ({ searched, ...result }) => ({
    ...(brief(result) as Readonly<Record<string, Json>>),
    ...(searched !== undefined && { madeUp: searched.cases.length, corpus: searched.corpus.length }),
  }),
};

/** Beside the record: what passed over the air, which nobody can listen to again, and what a search has learned. */
function keepSeen({ protocol, search }: FuzzInput, call: VerbCall): void {
  if (!call.keeps) return;
  const bytes = protocol === 'ble' ? (use(call, 'radio').capture?.(protocol) ?? null) : null;
  if (bytes !== null) call.keep({ name: 'capture.pcapng', bytes, digest: sha256Hex(bytes) });
  if (search === undefined) return;
  const corpus = search.guide.corpus();
  call.attach(
    'corpus',
    corpus.map((one) => ({ name: one.name, bytes: Buffer.from(one.bytes).toString('hex') })),
  );
}

/** Valid input, and whether the application answers it. */
export const readLiveness: Verb<Liveness, { readonly protocol: InputProtocol }> = {
  run: ({ protocol }, call) => use(call, 'radio').alive(protocol, { signal: call.signal }),
};
