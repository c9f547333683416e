import { assertAgrees } from '#codecs/peers/agrees.fixture.ts';
import { peer as aiocoap } from '#drivers/peers/ip-coap-aiocoap.ts';
import { peer as dnspython } from '#drivers/peers/ip-dns-dnspython.ts';
import { peer as scapy } from '#drivers/peers/ip-dhcp-scapy.ts';

describe('packets of the network side', () => {
  for (const peer of [aiocoap, dnspython, scapy]) {
    it(`are read by ${peer.tool} as they are by us`, async function () {
      this.timeout(20_000);
      await assertAgrees(this, peer, 40);
    });
  }
});
