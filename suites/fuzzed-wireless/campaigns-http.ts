import type { FuzzCase } from '#core/verbs.ts';
import type { HttpsPlace } from '#codecs/test-issuer.ts';
import { httpChunks, httpHavoc, httpHeads, httpLengths, httpStalls } from '#fuzz/http-cases.ts';
import { httpsBodies, httpsRedirects } from '#fuzz/https-cases.ts';
import { tlsCertificateCases } from '#fuzz/tls-certificate-cases.ts';
import { tlsSessionCases } from '#fuzz/tls-session-cases.ts';
import { type Campaign, type CaseSource, RANDOM } from './campaign.ts';

/** Campaigns against the HTTP client. */
export const HTTP_CAMPAIGNS: readonly Campaign[] = [
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
export const HTTPS_CAMPAIGNS: readonly Campaign[] = [
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
