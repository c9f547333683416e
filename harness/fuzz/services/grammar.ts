import type { BleServiceFacts } from '#core/board.ts';
import type { ServiceSession } from '#fuzz/services/session.ts';

/** A service as discovery shows it. */
export type SeenService = BleServiceFacts;

/** Services with a grammar of their own. */
export type GrammarId = 'mcumgr' | 'nordic-dfu' | 'blufi' | 'provisioning';

/** How to tell a service, and what its clients say. */
export interface ServiceGrammar {
  readonly id: GrammarId;
  readonly title: string;
  /** Sound sessions over this service; null: it is another one. */
  readonly sessions: (seen: SeenService) => readonly ServiceSession[] | null;
}

/** Handle of a characteristic's value, by UUID; null where the service has none. */
export function handleOf({ characteristics }: SeenService, uuid: string): number | null {
  return characteristics.find((one) => one.uuid === uuid)?.handle ?? null;
}
