import assert from 'node:assert/strict';
import type { InputProtocol } from '#core/board.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { coapCases } from '#fuzz/coap-cases.ts';
import { mdnsCases } from '#fuzz/dns-cases.ts';
import { httpChunks, httpHeads, httpStalls } from '#fuzz/http-cases.ts';
import { httpsBodies, httpsRedirects } from '#fuzz/https-cases.ts';
import { KNOWN_IP_ATTACKS } from '#fuzz/ip-known.ts';
import { mqttLengthLies } from '#fuzz/mqtt-cases.ts';

const PLACE = { host: 'update.bench', authority: 'Assay test authority' };

const CASES: Partial<Readonly<Record<InputProtocol, () => readonly FuzzCase[]>>> = {
  mqtt: () => mqttLengthLies('topic'),
  coap: coapCases,
  mdns: () => mdnsCases('esp'),
  http: () => [...httpHeads(), ...httpChunks(), ...httpStalls()],
  https: () => [...httpsRedirects(PLACE), ...httpsBodies(PLACE)],
};

describe('published attacks on the network side', () => {
  it('have names of their own, and cases exactly where sockets can send them', () => {
    const ids = KNOWN_IP_ATTACKS.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, needs, sentBy } of KNOWN_IP_ATTACKS) assert.equal(sentBy !== null, needs === 'ip', id);
  });

  for (const { id, sentBy } of KNOWN_IP_ATTACKS) {
    if (sentBy === null) continue;
    it(`${id}: its cases are in the campaigns`, () => {
      const made = new Set((CASES[sentBy.input]?.() ?? []).map(({ name }) => name));
      assert.deepEqual(
        sentBy.cases.filter((name) => !made.has(name)),
        [],
      );
    });
  }
});
