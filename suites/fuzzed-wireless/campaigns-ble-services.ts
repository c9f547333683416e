import type { GrammarId } from '#fuzz/services/grammar.ts';
import { recognisedServices, serviceCases, serviceHavoc } from '#fuzz/services/recognised.ts';
import { bleFuzzCase } from './campaigns-ble.ts';
import type { Batch, Campaign } from './campaign.ts';

/** Cases of a service where whole sets are not asked for: by then each of its fields has been overridden once. */
const SOME = 240;
const RANDOM = 60;

/** What the cases of each service show by themselves. */
const SHOWN_BY: Readonly<Record<GrammarId, readonly string[]>> = {
  mcumgr: [],
  'nordic-dfu': ['nordic-dfu/object-size-trusted', 'nordic-dfu/piece-past-object'],
  blufi: [],
  provisioning: [],
};

/** Campaigns against services of a Bluetooth LE peripheral that have a protocol of their own. */
export const BLE_SERVICE_CAMPAIGNS: readonly Campaign[] = [
  {
    id: 'ble-services',
    protocol: 'ble',
    title: 'Services told by their UUIDs, in their own language',
    why: 'Behind an attribute that takes writes stands a protocol of its own, with lengths, states and offsets that ATT knows nothing of. A client of mcumgr, Nordic DFU, BluFi or ESP-IDF’s provisioning is played as it should be, with one message cut, one field overridden, one move left out, doubled or swapped.',
    exposes: Object.values(SHOWN_BY).flat(),
    batches: ({ ble }) =>
      recognisedServices(ble?.services ?? []).map((service): Batch => ({
        name: service.id,
        of: `damaged sessions of ${service.title}`,
        exposes: SHOWN_BY[service.id],
        cases: ({ seed, exhaustive }) => {
          const all = serviceCases(service);
          const some = exhaustive ? all : all.slice(0, SOME);
          return [...some, ...serviceHavoc(service, seed, RANDOM)].map(bleFuzzCase);
        },
      })),
  },
];
