import type { SmpLink } from '#drivers/channel/smp-link.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { referenceChip } from '#virtual/mcuboot/reference.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { managementGroups, managementStore } from '#virtual/smp-management.ts';
import { SmpServer } from '#virtual/smp-server.ts';

/** A client on a link that ends in a development build's server, without a line between. */
export function managedServer(version: 1 | 2 = 2) {
  const chip = referenceChip();
  chip.boot();
  const clock = new SimClock();
  const store = managementStore();
  const seen = { resets: 0 };
  const server = new SmpServer({
    store: chip.images,
    flaws: new Set(),
    buffers: { size: 1024, count: 4 },
    info: { s: 'Zephyr', v: '4.4.0' },
    bootMode: 3,
    noDowngrade: true,
    mayConfirm: () => true,
    onReset: () => (seen.resets += 1),
    more: managementGroups(store, () => clock.now()),
  });
  const client = new SmpClient(linkTo(server), clock, { version });
  return { client, store, seen, chip };
}

/** A link that hands each packet to the server at once. */
export function linkTo(server: Pick<SmpServer, 'handle'>): SmpLink {
  const listeners = new Set<(packet: Uint8Array) => void>();
  return {
    name: 'virtual server',
    closed: new AbortController().signal,
    onPacket: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sendPacket: async (packet) => {
      await Promise.resolve();
      for (const answer of server.handle(packet)) for (const listener of listeners) listener(answer);
    },
    room: (bufferSize) => bufferSize,
    tail: () => 'no console',
  };
}
