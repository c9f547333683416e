import type { PeerError } from '#core/errors.ts';
import type { Flaw } from '#core/rig.ts';
import type { AppFault } from '#virtual/app-fault.ts';
import { corruptHeap, guruMeditation, taskStackOverflow } from '#virtual/esp-fault.ts';

const FAMILY = 'fuzzed-wireless';

/** Mistakes of the services that take datagrams. */
export const espUdpFlaws: readonly Flaw[] = [
  {
    id: 'coap/option-delta-trusted',
    family: FAMILY,
    title: 'CoAP option numbers are added up without a look',
    story:
      'Deltas of 15 are taken as numbers and sums run past 16 bits, and the number is an index; Zephyr had such an overflow.',
    cwe: 'CWE-787',
    reference: 'CVE-2020-10063',
  },
  {
    id: 'coap/token-length-trusted',
    family: FAMILY,
    title: 'A CoAP token is copied by its own length',
    story: 'Four bits say up to 15, the buffer on the stack has room for 8, as the standard allows.',
    cwe: 'CWE-121',
  },
  {
    id: 'dns/compression-loop',
    family: FAMILY,
    title: 'Compression pointers of DNS names are followed for ever',
    story:
      'A pointer to itself costs the sender two bytes and the device its task; mDNS responders for microcontrollers had to learn a limit.',
    cwe: 'CWE-835',
  },
  {
    id: 'mdns/record-length-trusted',
    family: FAMILY,
    title: 'An address in a multicast answer is read whatever its length',
    story: 'Four bytes are read from records that have none, and behind the packet where RDLENGTH says so.',
    cwe: 'CWE-125',
    reference: 'esp-protocols mdns, fixed 2025 to 2026',
  },
];

/** What a CoAP server with these flaws dies of where a sound one drops the message; null: it drops it too. */
export function coapFault(flaws: ReadonlySet<string>, error: PeerError): AppFault | null {
  switch (error.code) {
    case 'coap-option-delta':
    case 'coap-option-number':
      return flaws.has('coap/option-delta-trusted') ? corruptHeap() : null;
    case 'coap-token-length':
      return flaws.has('coap/token-length-trusted') ? taskStackOverflow('coap') : null;
    default:
      return null;
  }
}

/** The same for a multicast message that cannot be read. */
export function mdnsFault(flaws: ReadonlySet<string>, error: PeerError): AppFault | null {
  const isLength = error.code === 'dns-rdlength';
  return isLength && flaws.has('mdns/record-length-trusted') ? guruMeditation('LoadProhibited') : null;
}
