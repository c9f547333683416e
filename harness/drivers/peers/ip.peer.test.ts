import assert from 'node:assert/strict';
import { skipBecause } from '#contracts/skip.ts';
import { peer as aiocoap } from '#drivers/peers/ip-coap-aiocoap.ts';
import { peer as dnspython } from '#drivers/peers/ip-dns-dnspython.ts';
import { peer as scapy } from '#drivers/peers/ip-dhcp-scapy.ts';

describe('packets of the network side', () => {
  for (const peer of [aiocoap, dnspython, scapy]) {
    it(`are read by ${peer.tool} as they are by us`, async function () {
      this.timeout(20_000);
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      const { compared, differ, skipped } = await peer.run({ count: 40, seed: 1, log });
      if (skipped !== undefined) skipBecause(this, skipped);
      assert.deepEqual({ compared, differ, lines }, { compared: 40, differ: 0, lines: [] });
    });
  }
});
