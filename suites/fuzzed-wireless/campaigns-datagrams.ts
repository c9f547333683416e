import { coapCases, coapHavoc } from '#fuzz/coap-cases.ts';
import { mdnsCases, mdnsHavoc } from '#fuzz/dns-cases.ts';
import { type Campaign, type CaseSource, RANDOM } from './campaign.ts';

const nameOf = ({ device }: CaseSource) => `${device}.local`;

/** Campaigns against services that take datagrams. */
export const DATAGRAM_CAMPAIGNS: readonly Campaign[] = [
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
