import assert from 'node:assert/strict';
import type { FuzzCase } from '#core/verbs.ts';
import { measureCbor } from '#codecs/cbor-bounds.ts';
import { decodeCborMap } from '#codecs/cbor.ts';
import { HttpResponse } from '#codecs/http.ts';
import { isAssayError } from '#core/errors.ts';
import { MqttStream } from '#codecs/mqtt.ts';
import { parseOtaNotice } from '#codecs/ota-notice.ts';
import { encodeScript, parseScript } from '#codecs/server-script.ts';
import { SmpSerialDecoder } from '#codecs/smp-serial.ts';
import { malformedCbor, nestedCbor } from '#fuzz/cbor-cases.ts';
import { coapCases, coapHavoc } from '#fuzz/coap-cases.ts';
import { dhcpCases } from '#fuzz/dhcp-cases.ts';
import { dnsCases, mdnsCases, mdnsHavoc } from '#fuzz/dns-cases.ts';
import { httpChunks, httpHavoc, httpHeads, httpLengths, httpStalls } from '#fuzz/http-cases.ts';
import { httpsBodies, httpsRedirects } from '#fuzz/https-cases.ts';
import { mqttBrokerCases } from '#fuzz/mqtt-broker-cases.ts';
import { mqtt5BrokerCases } from '#fuzz/mqtt5-broker-cases.ts';
import { mqttHavoc, mqttLengthLies, mqttTopics, mqttTruncated, mqttTypes } from '#fuzz/mqtt-cases.ts';
import { noticeFields, noticeNesting, noticeSyntax } from '#fuzz/notice-cases.ts';
import {
  smpCommands,
  smpHavoc,
  smpLengthLies,
  smpMalformedCbor,
  smpNesting,
  smpShortened,
  smpTruncated,
} from '#fuzz/smp-cases.ts';
import { smpStateFields, smpTextFields, smpUploadFields } from '#fuzz/smp-field-cases.ts';
import { smpFraming } from '#fuzz/smp-frame-cases.ts';
import { isDestructive, validRequests } from '#fuzz/smp-messages.ts';
import { tlsCertificateCases } from '#fuzz/tls-certificate-cases.ts';
import { tlsSessionCases } from '#fuzz/tls-session-cases.ts';

const TOPIC = 'assay/board/ota';
const PLACE = { host: 'update.bench', authority: 'Assay test authority' };

const SMP: Readonly<Record<string, (seed: number) => readonly FuzzCase[]>> = {
  smpTruncated,
  smpShortened,
  smpLengthLies,
  smpFraming,
  smpCommands,
  smpNesting,
  smpMalformedCbor,
  smpTextFields,
  smpUploadFields,
  smpStateFields,
  smpHavoc: (seed) => smpHavoc(seed, 40),
};

const NETWORK: Readonly<Record<string, (seed: number) => readonly FuzzCase[]>> = {
  mqttTruncated: () => mqttTruncated(TOPIC),
  mqttLengthLies: () => mqttLengthLies(TOPIC),
  mqttTypes,
  mqttTopics,
  mqttHavoc: (seed) => mqttHavoc(seed, TOPIC, 40),
  noticeFields: () => noticeFields(TOPIC),
  noticeNesting: () => noticeNesting(TOPIC),
  noticeSyntax: () => noticeSyntax(TOPIC),
  httpLengths,
  httpChunks,
  httpHeads,
  httpStalls,
  httpHavoc: (seed) => httpHavoc(seed, 40),
  mqttBrokerCases: () => mqttBrokerCases(TOPIC),
  mqtt5BrokerCases: () => mqtt5BrokerCases(TOPIC),
  tlsCertificateCases: () => tlsCertificateCases(PLACE),
  tlsSessionCases: () => tlsSessionCases(PLACE),
  httpsRedirects: () => httpsRedirects(PLACE),
  httpsBodies: () => httpsBodies(PLACE),
  coapCases,
  coapHavoc: (seed) => coapHavoc(seed, 40),
  dnsCases: () => dnsCases(PLACE.host),
  mdnsCases: () => mdnsCases('board.local'),
  mdnsHavoc: (seed) => mdnsHavoc(seed, 'board.local', 40),
  dhcpCases: () => dhcpCases({ transaction: 7, hardware: new Uint8Array(16) }),
};

const SEEDED = new Set(['smpHavoc', 'smpUploadFields', 'mqttHavoc', 'httpHavoc', 'coapHavoc', 'mdnsHavoc']);

/** SMP packets in what goes over the console. */
function packetsOf(bytes: Uint8Array): readonly Uint8Array[] {
  return new SmpSerialDecoder().push(bytes).flatMap((item) => (item.kind === 'packet' ? [item.packet] : []));
}

/** Payloads of the PUBLISH packets in a broker's bytes. */
function payloadsOf(bytes: Uint8Array): readonly Uint8Array[] {
  return [...new MqttStream(8192).push(bytes)].flatMap((packet) =>
    !isAssayError(packet) && packet.type === 'publish' ? [packet.payload] : [],
  );
}

describe('fuzz/cases', () => {
  for (const [name, make] of Object.entries({ ...SMP, ...NETWORK })) {
    it(`${name}: named, enough, and a function of the seed`, () => {
      const cases = make(7);
      assert.ok(cases.length >= 8, String(cases.length));
      assert.ok(cases.every((one) => one.name.length > 0 && one.name.length < 120));
      assert.deepEqual(make(7), cases);
      const other = JSON.stringify(make(8)) === JSON.stringify(cases);
      assert.equal(other, !SEEDED.has(name));
    });
  }

  for (const [name, make] of Object.entries(SMP)) {
    it(`${name}: never asks for a restart or the erasure of storage, and ends its last line`, () => {
      for (const { name: what, bytes } of [1, 2, 3].flatMap(make)) {
        assert.ok(!packetsOf(bytes).some(isDestructive), what);
        assert.equal(bytes.at(-1), 0x0a, what);
      }
    });
  }

  it('starts from requests that are valid', () => {
    for (const [what, packet] of validRequests()) {
      assert.ok(decodeCborMap(packet.subarray(8)).ok, what);
      assert.equal(isDestructive(packet), false, what);
    }
  });

  it('nests CBOR as deep as it says, and keeps to the size of a packet', () => {
    for (const { name, bytes } of nestedCbor(992)) {
      assert.ok(bytes.length <= 992, name);
      const depth = Number.parseInt(name, 10);
      const shallow = measureCbor(bytes, { depth, items: 4000 });
      assert.ok(name.includes('tags') || !shallow.ok, `${name}: nested no deeper than ${depth}`);
    }
  });

  it('makes CBOR that a strict decoder refuses, but for what some may take', () => {
    const taken = malformedCbor().filter(({ bytes }) => decodeCborMap(bytes).ok);
    assert.deepEqual(
      taken.map(({ name }) => name),
      [
        'a map that announces fewer members than it has',
        'a text that is not UTF-8',
        'a text with a NUL',
        'a number where a text belongs',
        'a negative number where a text belongs',
        'a half float',
        'a double that is not a number',
        'undefined',
        'rubbish behind the map',
      ],
    );
  });

  it('makes notices that no device may act on', () => {
    const cases = [...noticeFields(TOPIC), ...noticeNesting(TOPIC), ...noticeSyntax(TOPIC)];
    for (const { name, bytes } of cases) {
      for (const payload of payloadsOf(bytes)) {
        const notice = parseOtaNotice(payload);
        if (isAssayError(notice)) continue;
        const foreign = notice.project !== 'assay-esp32' && notice.url.startsWith('http://127.0.0.1:9/');
        assert.ok(foreign, name);
      }
    }
  });

  it('scripts of a rogue server are read as they were written', () => {
    const cases = [
      ...tlsCertificateCases(PLACE),
      ...tlsSessionCases(PLACE),
      ...httpsRedirects(PLACE),
      ...httpsBodies(PLACE),
    ];
    for (const { name, bytes } of cases) {
      const script = parseScript(bytes);
      assert.ok(script !== null, name);
      assert.deepEqual(encodeScript(script), bytes, name);
    }
    for (const text of [
      '',
      '{}',
      '[]',
      '{"tls":null,"answers":[7],"end":"keep"}',
      '{"tls":{},"answers":[],"end":"keep"}',
    ])
      assert.equal(parseScript(Buffer.from(text)), null, text);
  });

  it('stalls are answers that are not complete', () => {
    for (const { name, bytes } of httpStalls()) {
      const response = new HttpResponse({ line: 1024, headers: 40, body: 1024, interim: 4 });
      const kinds = response.push(bytes).map(({ kind }) => kind);
      assert.ok(!kinds.includes('end') && !kinds.includes('error'), `${name}: ${kinds.join(' ')}`);
    }
  });
});
