import type { InputProtocol } from '#core/board.ts';

/** What a published attack on the network side has to be sent with. */
export type IpReach =
  /** Ordinary sockets, from where the board fetches, subscribes or listens. */
  | 'ip'
  /** The same, to a server that runs on the board; none of our boards has one. */
  | 'board-server'
  /** An access point of ours, with a protocol stack that misbehaves. */
  | 'rogue-ap'
  /** 802.11, 802.15.4 or raw IP frames from a radio or interface that injects. */
  | 'inject';

/** A published attack on Wi-Fi or IP, and the cases of a campaign that send it. */
export interface KnownIpAttack {
  /** kebab-case; unique. */
  readonly id: string;
  readonly cves: readonly string[];
  /** Whose devices, which versions. */
  readonly affected: string;
  /** What is sent. */
  readonly recipe: string;
  /** What a sound device does. */
  readonly healthy: string;
  readonly needs: IpReach;
  /** Where it is sent: the input, and its cases by name. Null where we cannot send it: reported as not run. */
  readonly sentBy: { readonly input: InputProtocol; readonly cases: readonly string[] } | null;
}

type Row = readonly [id: string, cves: readonly string[], affected: string, recipe: string];

function sent(input: InputProtocol, healthy: string, cases: readonly string[], ...rows: readonly Row[]) {
  return rows.map(([id, cves, affected, recipe]): KnownIpAttack => ({
    id,
    cves,
    affected,
    recipe,
    healthy,
    needs: 'ip',
    sentBy: { input, cases },
  }));
}

function unsent(needs: Exclude<IpReach, 'ip'>, healthy: string, ...rows: readonly Row[]) {
  return rows.map(([id, cves, affected, recipe]): KnownIpAttack => ({
    id,
    cves,
    affected,
    recipe,
    healthy,
    needs,
    sentBy: null,
  }));
}

const PLAIN_REDIRECTS = [301, 302, 303, 307, 308].map((status) => `${status} to plain HTTP`);

/** Published attacks on the Wi-Fi and IP side of ESP32 and Zephyr boards. */
export const KNOWN_IP_ATTACKS: readonly KnownIpAttack[] = [
  ...sent(
    'mqtt',
    'close the connection',
    [
      'Remaining Length of five bytes',
      'Remaining Length of five bytes, all zero',
      'Remaining Length that never ends',
    ],
    ['zephyr-mqtt-length', ['CVE-2020-10062'], 'Zephyr before 2.2', 'a remaining length of five bytes'],
    [
      'esp-mqtt-length',
      [],
      'esp-mqtt before 2026-04',
      'a remaining length with five or more continuation bytes',
    ],
  ),
  ...sent(
    'mqtt',
    'close the connection, or drop what does not fit',
    [
      'topic length = 65535',
      'Remaining Length 268435455, the largest there is',
      'Remaining Length 4097, one more than a buffer of 4 KiB',
    ],
    [
      'zephyr-mqtt-publish',
      ['CVE-2020-10070', 'CVE-2020-10071'],
      'Zephyr before 2.2',
      'a PUBLISH whose topic or payload is longer than what is there, or than the buffer',
    ],
  ),
  ...sent(
    'coap',
    'drop the message',
    ['option deltas whose sum wraps at 16 bits', 'option length FFFF past the end', 'option delta FFFF'],
    [
      'zephyr-coap-options',
      ['CVE-2020-10063'],
      'Zephyr before 2.2',
      'option deltas and lengths whose sum overflows',
    ],
  ),
  ...sent(
    'mdns',
    'drop the message',
    [
      'question cut at 11 of 21',
      'an address of 3 bytes',
      'an IPv6 address of 15 bytes',
      'a question whose name ends in a pointer of one byte',
      'a question whose name points to itself',
      'SRV whose target is past its end',
      'PTR past its end',
      'NSEC with a bitmap past its end',
      'TXT of a thousand empty texts',
      '500 answers to a question never asked',
    ],
    [
      'esp-mdns',
      [],
      'esp-protocols mDNS, fixed between 2025-01 and 2026-08',
      'packets shorter than 12 bytes, short addresses, pointers, names and counts past the end, answers to questions never asked',
    ],
  ),
  ...sent('https', 'end with an error; send nothing of the first host to another', PLAIN_REDIRECTS, [
    'esp-http-redirect',
    [],
    'ESP-IDF HTTP client before 2026-05',
    'a redirect from HTTPS to plain HTTP',
  ]),
  ...sent(
    'http',
    'end with an error',
    [
      'chunk size FFFFFFFFF',
      'a thousand interim responses',
      'binary rubbish',
      'a body without end or length',
    ],
    [
      'esp-http-endless',
      [],
      'ESP-IDF HTTP client before 2026-07',
      'a response that breaks the parser, and goes on',
    ],
  ),
  ...sent(
    'https',
    'refuse the image, or take the whole answer for what it is',
    ['206 that nobody asked for'],
    [
      'esp-ota-range',
      [],
      'ESP-IDF HTTPS OTA, fixed 2025-06 and 2026-02',
      'an answer to a part that is none, or none to a part',
    ],
  ),
  ...unsent(
    'board-server',
    'answer 400, and go on',
    [
      'esp-websocket-protocol',
      ['CVE-2026-45541'],
      'ESP-IDF 5.2.6 to 6.0',
      'a WebSocket upgrade whose Sec-WebSocket-Protocol is empty',
    ],
    [
      'esp-httpd-parsing',
      [],
      'ESP-IDF HTTP server before 2026-07',
      'requests cut inside head or URI, pipelined, aborted',
    ],
    ['zephyr-http-traversal', ['CVE-2026-8023'], 'Zephyr', 'a path that leaves the folder of static files'],
    ['zephyr-lwm2m', ['CVE-2020-13602'], 'Zephyr before 2.4', 'a TLV whose length makes the parser go round'],
    ['zephyr-dns', ['CVE-2020-13601'], 'Zephyr before 2.4', 'a DNS answer with more than was asked'],
  ),
  ...unsent(
    'rogue-ap',
    'refuse the network',
    ['esp-eap-success', ['CVE-2019-12586'], 'ESP-IDF before 3.3.1', 'EAP-Success before there are keys'],
    [
      'esp-zero-pmk',
      ['CVE-2019-12587'],
      'ESP-IDF before 3.3.1',
      'a handshake with a key of zeros after EAP has failed',
    ],
    [
      'peap-phase-2',
      ['CVE-2023-52160'],
      'wpa_supplicant up to 2.10',
      'success without the second phase of PEAP',
    ],
    ['esp-wps', ['CVE-2026-25532'], 'ESP-IDF, WPS on', 'an EAP-WSC message with a length flag and no length'],
  ),
  ...unsent(
    'inject',
    'drop the frame',
    ['esp8266-beacon', ['CVE-2019-12588'], 'ESP8266', 'a beacon that announces more suites than it carries'],
    [
      'esp-beacon-open',
      ['CVE-2020-12638'],
      'ESP-IDF up to 4.2',
      'forged beacons of an open network of the same name',
    ],
    [
      'fragattacks',
      ['CVE-2020-26142'],
      'most Wi-Fi stacks before 2021',
      'fragments taken for whole frames, and more',
    ],
    ['esp-now-length', ['CVE-2025-52471'], 'ESP-IDF 5.1.6 to 5.4.1', 'an ESP-NOW frame that is too short'],
    [
      'lwip-icmpv6',
      ['CVE-2020-22283', 'CVE-2020-22284'],
      'lwIP 2.1.2',
      'ICMPv6 and 6LoWPAN packets longer than their buffer',
    ],
    [
      'zephyr-802154',
      ['CVE-2021-3319', 'CVE-2021-3320', 'CVE-2021-3321', 'CVE-2021-3323'],
      'Zephyr before 2.6',
      '802.15.4 and 6LoWPAN frames whose headers do not fit',
    ],
    ['zephyr-neighbour', ['CVE-2026-7656'], 'Zephyr', 'neighbour discovery with options of length 0'],
  ),
];
