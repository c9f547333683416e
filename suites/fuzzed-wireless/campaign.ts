import type { BleFacts, InputProtocol } from '#core/board.ts';
import type { HttpsPlace } from '#codecs/test-issuer.ts';
import type { FuzzedInput } from './machine.ts';
import type { FuzzCase } from '#core/verbs.ts';

/** What the cases of a campaign are made from. */
export interface CaseSource {
  readonly seed: number;
  /** Names the device in its MQTT topics. */
  readonly device: string;
  /** Where it fetches from by HTTPS; null: it does not. */
  readonly place: HttpsPlace | null;
  /** What it is reached by over LE; null: it is not. */
  readonly ble: BleFacts | null;
  /** Whole sets, however long they take. */
  readonly exhaustive: boolean;
}

/** One scenario: cases of one kind. */
export interface Batch {
  readonly name: string;
  /** What a case is, for the report: `messages cut short`. */
  readonly of: string;
  readonly cases: (source: CaseSource) => readonly FuzzCase[];
  /** As in `FuzzedInput`. */
  readonly search?: (source: CaseSource) => FuzzedInput['search'];
  /** Its title; left out: how many cases of what. */
  readonly title?: string;
  /** What a sound device does with the input itself, besides living on. */
  readonly healthy?: string;
  /** Why it is not run. */
  readonly notApplicable?: string;
  /** As in `Scenario`. */
  readonly exposes?: readonly string[];
}

/** One attack: a class of mistakes in code that reads messages. */
export interface Campaign {
  readonly id: string;
  readonly protocol: InputProtocol;
  readonly title: string;
  readonly why: string;
  readonly exposes: readonly string[];
  readonly batches: readonly Batch[] | ((source: CaseSource) => readonly Batch[]);
}

/** Random cases of one campaign. */
export const RANDOM = 60;
