import { fromPromise } from 'xstate';
import type {
  BootSeen,
  CutReceipt,
  CutTrigger,
  Liveness,
  Receipt,
  Rung,
  RunningImage,
} from '#core/capabilities.ts';
import type { InputProtocol } from '#core/board.ts';
import type { Alarm } from '#core/alarm.ts';
import type { CaseGuide } from '#core/case-guide.ts';
import type { CaseShape } from '#core/case-shape.ts';
import type { CutObservation, CutSequence, CutSubject, SweepPlan, SweepSummary } from '#core/cut-sweep.ts';
import type { CrashSeen } from '#core/fault-line.ts';
import type { FuzzFinding } from '#core/fuzz-finding.ts';
import type { Image } from '#core/image.ts';
import { InternalError } from '#core/errors.ts';
import type { Calibration, CutPurpose, TimedCut, TimedSetting } from '#core/timed-cuts.ts';

export interface OfferInput {
  readonly image: Image;
  readonly path?: string;
  readonly mode?: 'test' | 'permanent';
}

export interface InterruptInput {
  /** What is going on when power goes: a requested restart, a plain reset, or the confirmation. */
  readonly during: 'activate' | 'reset' | 'confirm';
  readonly trigger: CutTrigger;
}

/** A rule that a cut broke, by name; `oddity`: the boot loader is documented to do so. */
export interface CutFault {
  readonly broke: string;
  readonly oddity?: string;
}

export interface SweepInput extends Omit<SweepPlan, 'image'> {
  readonly image: Image;
  /** Says of each cut what it broke, for the evidence; null: nothing. */
  readonly judge?: (cut: CutObservation, sides: Pick<SweepSummary, 'before' | 'update'>) => CutFault | null;
}

export interface SweepOutput {
  readonly summary: SweepSummary;
  readonly cuts: readonly CutObservation[];
  /** Cuts whose recovery an interrupted run had seen, so that it was not run again; absent: none. */
  readonly takenOver?: number;
  /** Milliseconds that all of it took on the wall clock, opening the copies of the board included. */
  readonly wallMs: number;
}

export interface TimedCutsInput extends TimedSetting {
  readonly purpose: CutPurpose;
  /** Milliseconds since the phase begins. */
  readonly atMs: readonly number[];
  /** As in `SweepInput`. */
  readonly judge?: (cut: TimedCut) => CutFault | null;
}

/** Failing cuts of a sweep, and how to tell that another sequence fails in the same way. */
export interface MinimiseInput extends Omit<CutSubject, 'image'> {
  readonly image: Image;
  readonly found: readonly CutObservation[];
  readonly breaks: (cut: CutObservation) => boolean;
}

export interface MinimiseOutput {
  /** The shortest sequence, to be repeated by `assay replay`, and what it leads to; null: nothing was found. */
  readonly sequence: CutSequence | null;
  readonly cut: CutObservation | null;
  /** Sequences tried. */
  readonly tried: number;
  /** Whether it led to the same bytes once more. */
  readonly reproduced: boolean;
}

/** One malformed input; the name of what was done to it goes into the evidence. */
export interface FuzzCase {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Set where a board that takes the input has failed, though it lives on: what it did, `trusted an expired certificate`. */
  readonly mustRefuse?: string;
  /** State of the session that it is made for, where the protocol has some: `encrypted`. */
  readonly state?: string;
}

export interface FuzzInput {
  readonly protocol: InputProtocol;
  readonly cases: readonly FuzzCase[];
  /** Goes on behind the cases with so many more, each made up by what those before it led to. */
  readonly search?: { readonly guide: CaseGuide; readonly count: number };
}

/** The case after which the board no longer behaved, and what was seen. */
export interface BrokenBy {
  readonly index: number;
  readonly name: string;
  readonly what: string;
  readonly alarm: Alarm;
}

/** An alarm, and what to look for its cause with. */
export interface TriageInput extends FuzzInput {
  readonly broken: BrokenBy;
  readonly seed: number;
  /** What a sound board does. */
  readonly expected: string;
  /** Ways to take a case apart, coarse ones first. */
  readonly shapes: readonly CaseShape[];
  /** Times that the board may be restored and tried. */
  readonly probes: number;
  /** Asked before each try: whether somebody wants it to end. */
  readonly stopped?: () => boolean;
}

/** A campaign that goes on after an alarm, until it is told that it is enough. */
export interface HuntInput {
  readonly protocol: InputProtocol;
  readonly seed: number;
  /** Number of the first case. */
  readonly from: number;
  readonly caseAt: (index: number, corpus: readonly FuzzCase[]) => FuzzCase;
  /** Inputs that brought something new before. */
  readonly corpus: readonly FuzzCase[];
  /** Ids of findings that are known already. */
  readonly known: readonly string[];
  /** Asked before each case and each try of triage, with the cases sent so far. */
  readonly enough: (sent: number) => boolean;
  /** Cases that are to be sent in all, as far as anybody knows, given those sent. */
  readonly planned: (sent: number) => number;
  readonly expected: string;
  readonly shapes: readonly CaseShape[];
  readonly probes: number;
}

export interface HuntResult {
  readonly sent: number;
  readonly answered: number;
  /** Cases left out because the same element, or the same input, did harm often enough. */
  readonly left: number;
  /** Number of the next case. */
  readonly next: number;
  readonly findings: readonly FuzzFinding[];
  /** Alarms of findings that were known. */
  readonly repeated: number;
  /** Inputs in the corpus. */
  readonly corpus: number;
}

export interface FuzzResult {
  readonly sent: number;
  readonly answered: number;
  /** The first case after which the board no longer behaved; null when it always did. */
  readonly broken: BrokenBy | null;
  /** Whether the board came back after a reset once broken. */
  readonly recovered: boolean | null;
  /** How many cases each rung of the ladder of liveness was looked at after. */
  readonly looked: Readonly<Partial<Record<Rung, number>>>;
  /** Cases that the guide made up, in order; those that led to something new. */
  readonly searched?: { readonly cases: readonly FuzzCase[]; readonly corpus: readonly FuzzCase[] };
}

/** Digest and presence of an image in a flash area. */
export interface AreaReading {
  readonly area: string;
  readonly digest: string;
  /** Whether the area starts with exactly the bytes of the image asked about. */
  readonly holds: boolean;
}

/** Placeholder logic: the engine binds the real one to a rig, so a machine alone can do nothing. */
function unbound<Output, Input>(name: string) {
  return fromPromise<Output, Input>(() =>
    Promise.reject(
      new InternalError({
        code: 'verb-unbound',
        message: `verb ${name} ran without a rig`,
        remedy: 'run the machine through the engine, or provide a test actor for this verb',
      }),
    ),
  );
}

/** The actor logics a machine may invoke; `input` as typed, output as typed. */
export const verbs = {
  /** Transfers an image and asks for it to be booted next. */
  offerImage: unbound<Receipt, OfferInput>('offerImage'),
  /** Restarts the board through its application and waits until an application runs. */
  activate: unbound<RunningImage, Record<string, never>>('activate'),
  /** Resets the board from outside and waits until an application runs. */
  resetBoard: unbound<RunningImage, Record<string, never>>('resetBoard'),
  /** Waits on the rig's clock, then reads who runs: lets a watchdog do its work. */
  waitAndRead: unbound<RunningImage, { readonly ms: number }>('waitAndRead'),
  confirmImage: unbound<Receipt, Record<string, never>>('confirmImage'),
  readIdentity: unbound<RunningImage, Record<string, never>>('readIdentity'),
  /** Applications that ran since the scenario began. */
  bootHistory: unbound<readonly BootSeen[], Record<string, never>>('bootHistory'),
  /** Crashes that the console told of since the scenario began, of the boot loader or of any application. */
  crashHistory: unbound<readonly CrashSeen[], Record<string, never>>('crashHistory'),
  /** Cuts power at the trigger while something is under way, then powers on and waits until an application runs. */
  interrupt: unbound<{ readonly cut: CutReceipt; readonly after: RunningImage }, InterruptInput>('interrupt'),
  /** Reads a flash area and compares it with an image. */
  readArea: unbound<AreaReading, { readonly area: string; readonly image: Image }>('readArea'),
  /** Writes an image to the start of a flash area through the probe, past every check, and reads it back. */
  writeArea: unbound<AreaReading, { readonly area: string; readonly image: Image }>('writeArea'),
  sweepCuts: unbound<SweepOutput, SweepInput>('sweepCuts'),
  /** Finds the shortest sequence of cuts that breaks the board, keeps it, and repeats it. */
  minimiseCuts: unbound<MinimiseOutput, MinimiseInput>('minimiseCuts'),
  /** Runs a phase once without a cut and measures it by what the board says of itself. */
  calibrateCuts: unbound<Calibration, TimedSetting>('calibrateCuts'),
  /** Cuts power at moments of a phase, each time from the golden state. */
  timedCuts: unbound<readonly TimedCut[], TimedCutsInput>('timedCuts'),
  /** Sends each case and checks liveness after it; stops at the first that breaks the board. */
  fuzz: unbound<FuzzResult, FuzzInput>('fuzz'),
  /** Finds out which of the cases raised the alarm, makes it as short as it gets, keeps it, and repeats it. */
  triage: unbound<FuzzFinding, TriageInput>('triage'),
  /** Sends cases until it is enough, and triages each new alarm. */
  hunt: unbound<HuntResult, HuntInput>('hunt'),
  /** Valid input at the same pace: the control of a campaign. */
  readLiveness: unbound<Liveness, { readonly protocol: InputProtocol }>('readLiveness'),
};

export type Verbs = typeof verbs;
