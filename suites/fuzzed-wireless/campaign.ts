import type { InputProtocol } from '#core/board.ts';
import type { HttpsPlace } from '#codecs/test-issuer.ts';
import type { FuzzCase } from '#core/verbs.ts';

/** What the cases of a campaign are made from. */
export interface CaseSource {
  readonly seed: number;
  /** Names the device in its MQTT topics. */
  readonly device: string;
  /** Where it fetches from by HTTPS; null: it does not. */
  readonly place: HttpsPlace | null;
}

/** One scenario: cases of one kind. */
export interface Batch {
  readonly name: string;
  /** What a case is, for the report: `messages cut short`. */
  readonly of: string;
  readonly cases: (source: CaseSource) => readonly FuzzCase[];
}

/** One attack: a class of mistakes in code that reads messages. */
export interface Campaign {
  readonly id: string;
  readonly protocol: InputProtocol;
  readonly title: string;
  readonly why: string;
  readonly exposes: readonly string[];
  readonly batches: readonly Batch[];
}

/** Random cases of one campaign. */
export const RANDOM = 60;
