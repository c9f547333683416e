import type { Alarm } from '#core/alarm.ts';
import type { CurrentReading } from '#core/current.ts';
import type { ConsoleLine } from '#core/rig.ts';
import type { FuzzCase, TriageInput } from '#core/verbs.ts';
import { BYTES } from '#fuzz/shapes/parts.ts';
import { tinyBoard } from '#engine/tiny-board.fixture.ts';
import type { VerbCall } from '#engine/verb-call.ts';

/** A board that remembers what it was sent since it was restored, and crashes when that is `fatal`. */
export interface Fragile {
  /** Whether it crashes now; `turn` counts how often it was restored. */
  readonly fatal: (sent: readonly string[], turn: number) => boolean;
  /** What it prints when it crashes. */
  readonly says?: string;
  /** Bytes kept under `files`, by folder and name. */
  readonly kept?: Map<string, unknown>;
  /** What it draws, by whether it crashed. */
  readonly draws?: (crashed: boolean) => number;
}

/** What a verb works with on such a board: everything real but the board. */
export function callOn({ fatal, says = 'ASSERTION FAIL [x] @ y.c:7', kept, draws }: Fragile): VerbCall & {
  readonly restored: () => number;
} {
  const listeners = new Set<(line: ConsoleLine) => void>();
  let [turn, boots, now] = [0, 0, 0];
  let sent: string[] = [];
  const crashed = () => boots > 0;
  const measure = (): Promise<CurrentReading> => {
    const averageUa = draws?.(crashed()) ?? 0;
    return Promise.resolve({ atMs: (now += 125), averageUa, peakUa: averageUa });
  };
  const nothing = () => undefined;
  const { facts } = tinyBoard();
  return {
    rig: {
      board: facts,
      kind: 'virtual',
      clock: {
        now: () => now,
        sleep: () => Promise.resolve(),
        setTimeout: nothing,
        clearTimeout: nothing,
        hold: () => nothing,
      },
      prepare: () => {
        [turn, boots, sent] = [turn + 1, 0, []];
        return Promise.resolve();
      },
      onConsole: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      radio: {
        protocols: ['smp'],
        inject: (_protocol, bytes) => {
          sent.push(Buffer.from(bytes).toString());
          if (boots === 0 && fatal(sent, turn)) {
            boots += 1;
            for (const listener of listeners) listener({ atMs: now, text: says });
          }
          return Promise.resolve({ reaction: 'silent', bytes: new Uint8Array() });
        },
        alive: () => Promise.resolve({ alive: true, boots, how: 'asked' }),
        capture: () => Uint8Array.of(turn),
      },
      ...(draws === undefined ? {} : { power: { measure } as never }),
    },
    signal: new AbortController().signal,
    record: nothing,
    crashes: () => [],
    keep: nothing,
    attach: nothing,
    keeps: true,
    keepFile: (file, content) => void kept?.set(file, content),
    keepFinding: (id, files) => void kept?.set(id, files),
    progress: nothing,
    flaws: [],
    crew: null,
    nextPriorCuts: () => [],
    restored: () => turn,
  };
}

/** A case whose bytes are a text. */
export function said(text: string): FuzzCase {
  return { name: `says ${text}`, bytes: Uint8Array.from(Buffer.from(text)) };
}

/** The alarm that such a board raises. */
export const ALARM: Alarm = {
  oracle: 'fault-line',
  what: 'rebooted by itself (1 boots)',
  fault: 'ASSERTION FAIL [x] @ y.c:<n>',
  frames: [],
  resetReason: null,
  state: 'smp',
};

/** What triage is asked: these cases, the last of which was sent when the alarm came. */
export function asked(texts: readonly string[], more: Partial<TriageInput> = {}): TriageInput {
  const cases = texts.map(said);
  const name = cases.at(-1)?.name ?? '';
  return {
    protocol: 'smp',
    cases,
    broken: { index: cases.length - 1, name, what: ALARM.what, alarm: ALARM },
    seed: 7,
    expected: 'it lives',
    shapes: [BYTES],
    probes: 300,
    ...more,
  };
}
