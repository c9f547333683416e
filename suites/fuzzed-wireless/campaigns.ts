import type { InputProtocol } from '#core/board.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { deviceTopics } from '#codecs/device-command.ts';
import type { HttpsPlace } from '#codecs/test-issuer.ts';
import { coapCases, coapHavoc } from '#fuzz/coap-cases.ts';
import { mdnsCases, mdnsHavoc } from '#fuzz/dns-cases.ts';
import { httpChunks, httpHavoc, httpHeads, httpLengths, httpStalls } from '#fuzz/http-cases.ts';
import { httpsBodies, httpsRedirects } from '#fuzz/https-cases.ts';
import { mqttBrokerCases } from '#fuzz/mqtt-broker-cases.ts';
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
import { tlsCertificateCases } from '#fuzz/tls-certificate-cases.ts';
import { tlsSessionCases } from '#fuzz/tls-session-cases.ts';

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
const RANDOM = 60;

const topicOf = ({ device }: CaseSource) => deviceTopics(device).notice;

/** Campaigns against the SMP server. */
const SMP: readonly Campaign[] = [
  {
    id: 'smp-truncated',
    protocol: 'smp',
    title: 'Management messages that end too early or are damaged',
    why: 'Every message is cut at every byte, because each cut ends in another line of the parser; then bytes are changed at random. A sound server answers with an error or not at all, and serves the next request.',
    exposes: ['smp/buffer-leak'],
    batches: [
      { name: 'every-byte', of: 'requests cut short at every byte', cases: smpTruncated },
      { name: 'payload', of: 'requests whose payload ends too early', cases: smpShortened },
      { name: 'havoc', of: 'requests with random damage', cases: ({ seed }) => smpHavoc(seed, RANDOM) },
    ],
  },
  {
    id: 'smp-length-lies',
    protocol: 'smp',
    title: 'Management messages whose header length lies',
    why: 'The header says how long the message is, and what arrived may be shorter or longer. A server that believes the header reads beyond its buffer, or takes the rest for another request.',
    exposes: ['smp/header-length-trusted'],
    batches: [{ name: 'header', of: 'requests with a lying header length', cases: smpLengthLies }],
  },
  {
    id: 'smp-framing',
    protocol: 'smp',
    title: 'Broken serial frames',
    why: 'In front of the message lie base64 lines, a length and a checksum, read byte by byte in an interrupt. Lengths 0 and 1 once wrapped around in the Zephyr transport; each of these frames must be dropped and the next one read.',
    exposes: ['smp/frame-length-underflow'],
    batches: [{ name: 'serial', of: 'broken serial frames', cases: smpFraming }],
  },
  {
    id: 'smp-commands',
    protocol: 'smp',
    title: 'Commands that do not exist',
    why: 'Operations, versions, groups and commands are swept beyond what the server knows. The way out of an unknown command is rarely tested: a lock that stays taken there silences the server for good.',
    exposes: ['smp/unknown-group-locks', 'smp/debug-command'],
    batches: [{ name: 'sweep', of: 'unknown commands', cases: smpCommands }],
  },
  {
    id: 'smp-nesting',
    protocol: 'smp',
    title: 'Deeply nested values',
    why: 'A value inside a value inside a value costs a recursive parser a stack frame each, and small devices have room for a few dozen. The nested value belongs to a key the server does not even know, so it only has to be skipped.',
    exposes: ['smp/cbor-depth'],
    batches: [{ name: 'cbor', of: 'nested CBOR values', cases: smpNesting }],
  },
  {
    id: 'smp-cbor',
    protocol: 'smp',
    title: 'CBOR that no encoder makes',
    why: 'Lengths beyond the message, keys of wrong types, open ends, reserved values: the payload is valid SMP around broken CBOR. The server must say so, and its next answer must carry nothing of what came before.',
    exposes: ['smp/buffer-leak'],
    batches: [{ name: 'malformed', of: 'malformed CBOR payloads', cases: smpMalformedCbor }],
  },
  {
    id: 'smp-fields',
    protocol: 'smp',
    title: 'Fields with values at their limits',
    why: 'The message is well-formed and its values are not: texts longer than the server’s buffer, offsets outside the slot, hashes of the wrong size. An offset that is written without a look lets anybody overwrite flash.',
    exposes: ['smp/echo-overflow', 'smp/upload-offset-unchecked'],
    batches: [
      { name: 'texts', of: 'requests with extreme texts', cases: smpTextFields },
      { name: 'upload', of: 'uploads with contradictory fields', cases: ({ seed }) => smpUploadFields(seed) },
      { name: 'state', of: 'image state requests with wrong fields', cases: smpStateFields },
    ],
  },
];

/** Campaigns against the MQTT client, and the update notices it receives. */
const MQTT: readonly Campaign[] = [
  {
    id: 'mqtt-truncated',
    protocol: 'mqtt',
    title: 'MQTT packets that end too early or are damaged',
    why: 'A broker, or somebody who poses as one, sends packets that stop in the middle or have bytes changed. The device may close the connection; it must come back and obey its real broker.',
    exposes: ['mqtt/topic-length-trusted'],
    batches: [
      {
        name: 'every-byte',
        of: 'packets cut short at every byte',
        cases: (source) => mqttTruncated(topicOf(source)),
      },
      {
        name: 'havoc',
        of: 'packets with random damage',
        cases: (source) => mqttHavoc(source.seed, topicOf(source), RANDOM),
      },
    ],
  },
  {
    id: 'mqtt-length-lies',
    protocol: 'mqtt',
    title: 'MQTT lengths that lie',
    why: 'Remaining Length can announce 256 MB in four bytes, and a topic length can point behind the packet. Clients with fixed buffers have believed both; a widespread one still dies of a topic length of 65535.',
    exposes: [
      'mqtt/remaining-length-trusted',
      'mqtt/topic-length-trusted',
      'mqtt/empty-topic-dereferenced',
      'mqtt/packet-no-timeout',
    ],
    batches: [
      {
        name: 'lengths',
        of: 'packets with lying lengths',
        cases: (source) => mqttLengthLies(topicOf(source)),
      },
      { name: 'topics', of: 'topics no broker may deliver', cases: mqttTopics },
    ],
  },
  {
    id: 'mqtt-types',
    protocol: 'mqtt',
    title: 'MQTT packet types and flags that do not exist',
    why: 'Two packet types are reserved, most flags are fixed, and some packets only a client may send. What was thought impossible often ends in an assertion, and one byte restarts the device.',
    exposes: ['mqtt/reserved-type-asserts'],
    batches: [
      { name: 'sweep', of: 'packets of wrong type or flags', cases: mqttTypes },
      {
        name: 'broker',
        of: 'packets of a rogue broker, by type',
        cases: (source) => mqttBrokerCases(topicOf(source)).filter(({ instead }) => instead === 'nothing'),
      },
    ],
  },
  {
    id: 'notice-fields',
    protocol: 'mqtt',
    title: 'Update notices whose members do not fit',
    why: 'The notice of an update comes from a server and steers what the device erases and fetches, before any signature is there to check. Sizes below zero and above the flash, wrong types and missing members must be refused before anything is touched.',
    exposes: ['manifest/size-trusted', 'manifest/path-traversal'],
    batches: [
      { name: 'members', of: 'notices with unfit members', cases: (source) => noticeFields(topicOf(source)) },
      { name: 'syntax', of: 'notices that are no JSON', cases: (source) => noticeSyntax(topicOf(source)) },
    ],
  },
  {
    id: 'notice-nesting',
    protocol: 'mqtt',
    title: 'Deeply nested update notices',
    why: 'Each opening bracket costs a recursive JSON parser a stack frame of a task that has a few kilobytes. A thousand brackets fit one message.',
    exposes: ['manifest/depth-recursion'],
    batches: [{ name: 'json', of: 'nested JSON notices', cases: (source) => noticeNesting(topicOf(source)) }],
  },
];

/** Campaigns against the HTTP client. */
const HTTP: readonly Campaign[] = [
  {
    id: 'http-lengths',
    protocol: 'http',
    title: 'HTTP answers whose length lies, or whose head is broken',
    why: 'Content-Length comes before the body and is often used to take memory: negative, huge, doubled or missing, it must not be believed. Status lines and headers are broken in the ways that readers disagree about.',
    exposes: ['http/content-length-trusted', 'http/header-length-trusted'],
    batches: [
      { name: 'content-length', of: 'answers with a lying length', cases: httpLengths },
      { name: 'head', of: 'answers with a broken head', cases: httpHeads },
      { name: 'havoc', of: 'answers with random damage', cases: ({ seed }) => httpHavoc(seed, RANDOM) },
    ],
  },
  {
    id: 'http-chunks',
    protocol: 'http',
    title: 'HTTP chunks whose size lies',
    why: 'A chunk size is added to what came before. Chosen well, the sum wraps around, the check passes, and the copy runs over the buffer; such overflows have been found in clients and servers for twenty years.',
    exposes: ['http/chunk-size-trusted'],
    batches: [{ name: 'sizes', of: 'answers with lying chunks', cases: httpChunks }],
  },
  {
    id: 'http-stalls',
    protocol: 'http',
    title: 'HTTP answers that stop and never end',
    why: 'A server that stops sending, by accident or not, must not stop the device. It has to give up within its own limit and be reachable again.',
    exposes: ['http/stall-no-timeout'],
    batches: [{ name: 'silence', of: 'answers that stop half-way', cases: httpStalls }],
  },
];

const over =
  (make: (place: HttpsPlace) => readonly FuzzCase[]) =>
  ({ place }: CaseSource) =>
    place === null ? [] : make(place);

/** Campaigns against the HTTPS client. */
const HTTPS: readonly Campaign[] = [
  {
    id: 'tls-certificates',
    protocol: 'https',
    title: 'Certificates that do not belong to the server',
    why: 'Somebody between the device and its server shows a certificate of his own: expired, of another host, of another authority, of a chain that does not hold. Each is wrong in one thing alone, and the device must end the handshake over each.',
    exposes: ['tls/certificate-not-checked', 'tls/host-not-checked', 'tls/expired-accepted'],
    batches: [{ name: 'shown', of: 'wrong certificates', cases: over(tlsCertificateCases) }],
  },
  {
    id: 'tls-sessions',
    protocol: 'https',
    title: 'Handshakes that are weak, broken, or never end',
    why: 'Old versions and suites without encryption must not be agreed on, whatever the server says. Records that lie, alerts at the wrong place and silence at each step must end in a closed connection within the device’s own limit.',
    exposes: ['tls/old-version-accepted', 'tls/weak-suite-accepted', 'tls/handshake-no-timeout'],
    batches: [{ name: 'handshakes', of: 'hostile handshakes', cases: over(tlsSessionCases) }],
  },
  {
    id: 'https-answers',
    protocol: 'https',
    title: 'Redirects and bodies of a trusted server',
    why: 'The server is the right one, and its answer is not: it sends the device to plain HTTP, to a file, or round in circles, or stops half-way. Protection that TLS gave must not be talked away by a header.',
    exposes: ['http/redirect-to-plain', 'http/redirects-without-limit'],
    batches: [
      { name: 'redirects', of: 'redirects to where nobody should go', cases: over(httpsRedirects) },
      { name: 'bodies', of: 'bodies that are not what they say', cases: over(httpsBodies) },
    ],
  },
];

const nameOf = ({ device }: CaseSource) => `${device}.local`;

/** Campaigns against services that take datagrams. */
const DATAGRAMS: readonly Campaign[] = [
  {
    id: 'coap-requests',
    protocol: 'coap',
    title: 'CoAP requests whose lengths and options do not fit',
    why: 'Token lengths, option deltas and option lengths are four bits each with values that mean something else, and sums of deltas run past their field. A sound server drops the request or says what is wrong, and answers the next one.',
    exposes: ['coap/option-delta-trusted', 'coap/token-length-trusted'],
    batches: [
      { name: 'forms', of: 'malformed requests', cases: coapCases },
      { name: 'havoc', of: 'requests with random damage', cases: ({ seed }) => coapHavoc(seed, RANDOM) },
    ],
  },
  {
    id: 'mdns-messages',
    protocol: 'mdns',
    title: 'Multicast DNS with names and lengths that lie',
    why: 'Everybody on the network may send these, unasked. Names are compressed by pointers, which may point at themselves; records say how long they are. Both have been believed in responders for microcontrollers until this year.',
    exposes: ['dns/compression-loop', 'mdns/record-length-trusted'],
    batches: [
      { name: 'forms', of: 'malformed messages', cases: (source) => mdnsCases(nameOf(source)) },
      {
        name: 'havoc',
        of: 'questions with random damage',
        cases: (source) => mdnsHavoc(source.seed, nameOf(source), RANDOM),
      },
    ],
  },
];

/** Every campaign of malformed input. */
export const CAMPAIGNS: readonly Campaign[] = [...SMP, ...MQTT, ...HTTP, ...HTTPS, ...DATAGRAMS];
