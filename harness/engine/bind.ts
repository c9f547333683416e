import { fromPromise } from 'xstate';
import type { Json } from '#core/canonical.ts';
import type { Capabilities, CapabilityName } from '#core/capabilities.ts';
import type { CutObservation } from '#core/cut-sweep.ts';
import { isAssayError } from '#core/errors.ts';
import type { OpenRig } from '#core/rig.ts';
import type { Verbs } from '#core/verbs.ts';
import { brief } from '#engine/brief.ts';
import type { Crew } from '#engine/crew.ts';
import { printable } from '#engine/printable.ts';
import type { Recorder } from '#engine/recorder.ts';
import type { Verb, VerbCall, VerbRig } from '#engine/verb-call.ts';
import { activate, confirmImage, offerImage } from '#engine/verbs-update.ts';
import {
  bootHistory,
  crashHistory,
  readArea,
  writeArea,
  readIdentity,
  resetBoard,
  waitAndRead,
} from '#engine/verbs-board.ts';
import { hunt } from '#engine/triage/verb-hunt.ts';
import { triage } from '#engine/triage/verb-triage.ts';
import { fuzz, readLiveness } from '#engine/verb-fuzz.ts';
import { interrupt } from '#engine/verb-interrupt.ts';
import { calibrateCuts } from '#engine/verb-calibrate.ts';
import { minimiseCuts } from '#engine/verb-minimise.ts';
import { sweepCuts } from '#engine/verb-sweep.ts';
import { timedCuts } from '#engine/verb-timed-cuts.ts';

/** What verbs are bound to for the length of one scenario. */
export interface Binding {
  readonly rig: OpenRig;
  /** Capabilities the attack declared; verbs see no others. */
  readonly needs: readonly CapabilityName[];
  readonly recorder: Recorder;
  /** Weaknesses that the board was built with. */
  readonly flaws: readonly string[];
  readonly crew: Crew | null;
  /** As in `ScenarioRun`. */
  readonly priorCuts: readonly (readonly CutObservation[])[];
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
  /** Trouble that is not the board's: no verdict may come of the scenario. */
  readonly onTrouble: (error: unknown) => void;
  /** Told every verb under way, so that nobody else touches the rig before it let go. */
  readonly track: (work: Promise<unknown>) => void;
}

function restricted(rig: OpenRig, needs: readonly CapabilityName[]): VerbRig {
  const declared: Partial<Capabilities> = Object.fromEntries(needs.map((name) => [name, rig[name]]));
  return {
    board: rig.board,
    kind: rig.kind,
    clock: rig.clock,
    prepare: (options) => rig.prepare(options),
    onConsole: (listener) => rig.onConsole(listener),
    ...declared,
  };
}

/** What the verbs of one scenario share. */
interface Scene {
  readonly rig: VerbRig;
  /** Images whose bytes are kept. */
  readonly kept: Set<string>;
  readonly sweeps: Iterator<readonly CutObservation[], undefined>;
}

function callFor(binding: Binding, { rig, kept, sweeps }: Scene, signal: AbortSignal): VerbCall {
  const { recorder } = binding;
  return {
    rig,
    signal,
    record: (kind, data) => recorder.add(kind, data),
    crashes: () => [...recorder.crashes],
    keep: ({ name, bytes, digest }) => {
      if (kept.has(digest)) return;
      kept.add(digest);
      const sha256 = recorder.putBytes(bytes);
      recorder.add('bytes', { name, length: bytes.length, sha256 });
    },
    attach: (what, value) => recorder.attach(what, value),
    keeps: recorder.keeps,
    keepFile: (file, content) => recorder.keepFile(file, content),
    keepFinding: (id, files) => recorder.keepFinding(id, files),
    progress: binding.onProgress,
    flaws: binding.flaws,
    crew: binding.crew,
    nextPriorCuts: () => sweeps.next().value ?? [],
  };
}

/** Told in evidence: who is at fault and what it was, in one printable line. */
function complaint(error: unknown): Json {
  const message = printable(error instanceof Error ? error.message : String(error));
  return isAssayError(error) ? { code: error.code, fault: error.fault, message } : { message };
}

/** The verbs of a machine, doing their work on an open rig and leaving evidence of every call and its result. */
export function bindVerbs(binding: Binding): Verbs {
  const scene: Scene = {
    rig: restricted(binding.rig, binding.needs),
    kept: new Set(),
    sweeps: binding.priorCuts.values(),
  };

  async function perform<O, I>(name: string, verb: Verb<O, I>, input: I, stopped: AbortSignal): Promise<O> {
    const { recorder } = binding;
    const began = recorder.elapsed;
    const signal = AbortSignal.any([binding.signal, stopped]);
    const asked = verb.asked?.(input) ?? brief(input);
    try {
      const output = await verb.run(input, callFor(binding, scene, signal));
      const told = verb.told?.(output) ?? brief(output);
      recorder.add('verb', { verb: name, input: asked, output: told, ms: recorder.elapsed - began });
      return output;
    } catch (error) {
      recorder.add('verb', {
        verb: name,
        input: asked,
        error: complaint(error),
        ms: recorder.elapsed - began,
      });
      const boards = isAssayError(error) && error.fault === 'peer';
      if (!boards && !signal.aborted) binding.onTrouble(error);
      throw error;
    }
  }

  function bind<O, I>(name: string, verb: Verb<O, I>) {
    return fromPromise<O, I>(({ input, signal }) => {
      const work = perform(name, verb, input, signal);
      binding.track(work);
      return work;
    });
  }

  return {
    offerImage: bind('offerImage', offerImage),
    activate: bind('activate', activate),
    resetBoard: bind('resetBoard', resetBoard),
    waitAndRead: bind('waitAndRead', waitAndRead),
    confirmImage: bind('confirmImage', confirmImage),
    readIdentity: bind('readIdentity', readIdentity),
    bootHistory: bind('bootHistory', bootHistory),
    crashHistory: bind('crashHistory', crashHistory),
    interrupt: bind('interrupt', interrupt),
    readArea: bind('readArea', readArea),
    writeArea: bind('writeArea', writeArea),
    sweepCuts: bind('sweepCuts', sweepCuts),
    minimiseCuts: bind('minimiseCuts', minimiseCuts),
    calibrateCuts: bind('calibrateCuts', calibrateCuts),
    timedCuts: bind('timedCuts', timedCuts),
    fuzz: bind('fuzz', fuzz),
    triage: bind('triage', triage),
    hunt: bind('hunt', hunt),
    readLiveness: bind('readLiveness', readLiveness),
  };
}
