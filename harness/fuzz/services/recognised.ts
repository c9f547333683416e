import type { BleCase } from '#codecs/ble/attack-case.ts';
import { rng } from '#fuzz/rng.ts';
import { BLUFI_GRAMMAR } from '#fuzz/services/blufi.ts';
import type { GrammarId, SeenService, ServiceGrammar } from '#fuzz/services/grammar.ts';
import { MCUMGR_GRAMMAR } from '#fuzz/services/mcumgr.ts';
import { NORDIC_DFU_GRAMMAR } from '#fuzz/services/nordic-dfu.ts';
import { PROVISIONING_GRAMMAR } from '#fuzz/services/provisioning.ts';
import { sessionCases, sessionHavoc, type ServiceSession } from '#fuzz/services/session.ts';

const GRAMMARS: readonly ServiceGrammar[] = [
  MCUMGR_GRAMMAR,
  NORDIC_DFU_GRAMMAR,
  BLUFI_GRAMMAR,
  PROVISIONING_GRAMMAR,
];

/** A service that we know how to talk to. */
export interface RecognisedService {
  readonly id: GrammarId;
  readonly title: string;
  readonly sessions: readonly ServiceSession[];
}

/** Those of a device's services that have a grammar, by their UUIDs. */
export function recognisedServices(seen: readonly SeenService[]): readonly RecognisedService[] {
  return seen.flatMap((service) =>
    GRAMMARS.flatMap((grammar) => {
      const { id, title } = grammar;
      const sessions = grammar.sessions(service);
      return sessions === null ? [] : [{ id, title, sessions }];
    }),
  );
}

/** Every exhaustive case of a service; its sessions take turns, so that none has to wait for the end of another. */
export function serviceCases({ sessions }: RecognisedService): readonly BleCase[] {
  const sets = sessions.map(sessionCases);
  const longest = Math.max(0, ...sets.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) =>
    sets.flatMap((set) => set.slice(index, index + 1)),
  ).flat();
}

/** Random cases of a service, `from` on; each is decided by the seed and its number alone. */
export function serviceHavoc(
  { id, sessions }: RecognisedService,
  seed: number,
  count: number,
  from = 0,
): readonly BleCase[] {
  return Array.from({ length: count }, (_, index) => {
    const random = rng(seed, `ble ${id} ${from + index}`);
    const session = sessions[random.below(sessions.length)];
    return session === undefined ? [] : [sessionHavoc(session, random)];
  }).flat();
}
