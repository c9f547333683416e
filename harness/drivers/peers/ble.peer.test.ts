import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { peer as bleno } from '#drivers/peers/ble-bleno.ts';
import { peer as btvirt } from '#drivers/peers/ble-btvirt.ts';
import { peer as bumbleController } from '#drivers/peers/ble-bumble-controller.ts';
import { peer as bumbleHost } from '#drivers/peers/ble-bumble-host.ts';
import { peer as bumblePeople } from '#drivers/peers/ble-bumble-people.ts';
import { peer as bumbleServer } from '#drivers/peers/ble-bumble-server.ts';
import { peer as bumbleDecoder } from '#drivers/peers/ble-bumble-decoder.ts';
import { peer as noble } from '#drivers/peers/ble-noble.ts';
import { peer as scapy } from '#drivers/peers/ble-scapy.ts';
import { peer as tshark } from '#drivers/peers/ble-tshark.ts';

const PEERS = [
  bumbleController,
  btvirt,
  bumbleServer,
  bumblePeople,
  bumbleHost,
  bumbleDecoder,
  bleno,
  noble,
  scapy,
  tshark,
];

describe('Bluetooth LE beside', function () {
  this.timeout(30_000);

  for (const peer of PEERS) {
    it(peer.tool, async function () {
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      const { compared, differ, skipped } = await peer.run({ count: 3, seed: 1, log });
      if (skipped !== undefined) skipBecause(this, skipped);
      assert.deepEqual({ differ, lines }, { differ: 0, lines: [] });
      assert.ok(compared > 0);
    });
  }
});
