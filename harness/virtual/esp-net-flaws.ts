import type { PeerError } from '#core/errors.ts';
import type { Flaw } from '#core/rig.ts';
import type { AppFault } from '#virtual/app-fault.ts';
import { assertFailed, corruptHeap, guruMeditation, taskStackOverflow } from '#virtual/esp-fault.ts';

const FAMILY = 'fuzzed-wireless';

/** Mistakes that the virtual ESP32's network application can be built with. */
export const espNetFlaws: readonly Flaw[] = [
  {
    id: 'mqtt/remaining-length-trusted',
    family: FAMILY,
    title: 'An MQTT packet is read into a fixed buffer by the length it announces',
    story:
      'Remaining Length is not compared with the size of the receive buffer, so a broker decides how much is written. ' +
      'Small MQTT clients have shipped with exactly this.',
    cwe: 'CWE-120',
  },
  {
    id: 'mqtt/topic-length-trusted',
    family: FAMILY,
    title: 'The topic length of a PUBLISH is not compared with the packet',
    story:
      'The client reads the topic by its own length field, past the end of what arrived. ' +
      'A widespread Python client still dies of a topic length of 65535.',
    cwe: 'CWE-125',
  },
  {
    id: 'mqtt/reserved-type-asserts',
    family: FAMILY,
    title: 'A reserved MQTT packet type runs into an assertion',
    story:
      'Types 0 and 15 were thought impossible and end in an assert that stays in release builds: one byte restarts the device.',
    cwe: 'CWE-617',
  },
  {
    id: 'mqtt/empty-topic-dereferenced',
    family: FAMILY,
    title: 'A PUBLISH with an empty topic is looked into',
    story: 'A topic of length zero leaves a null pointer, and the first comparison with it faults.',
    cwe: 'CWE-476',
  },
  {
    id: 'mqtt/packet-no-timeout',
    family: FAMILY,
    title: 'A packet that has begun is waited for without end',
    story:
      'The rest of a packet is read in a loop without a limit of time: a broker that announces more than it sends silences the device.',
    cwe: 'CWE-400',
  },
  {
    id: 'mqtt/suback-codes-trusted',
    family: FAMILY,
    title: 'The codes of a SUBACK are copied without counting them',
    story:
      'A subscription gets one code for each filter, so the array has as many places as were asked for; a broker that sends ' +
      'more writes behind it.',
    cwe: 'CWE-787',
  },
  {
    id: 'mqtt/connack-no-timeout',
    family: FAMILY,
    title: 'The answer to CONNECT is waited for without end',
    story:
      'Connecting was given a limit of time, the acknowledgement behind it was not: a broker that takes the connection and says ' +
      'nothing keeps the device for good.',
    cwe: 'CWE-400',
  },
  {
    id: 'manifest/path-traversal',
    family: FAMILY,
    title: 'The version in an update notice becomes part of a file name',
    story:
      'The notice is kept as a file named by its version, before anything in it is judged; dots and slashes lead out of the folder, ' +
      'to the settings.',
    cwe: 'CWE-22',
  },
  {
    id: 'manifest/size-trusted',
    family: FAMILY,
    title: 'The size in an update notice is believed',
    story:
      'The application erases and reserves by the announced size before looking at the partition, and negative or huge values hit an internal check.',
    cwe: 'CWE-1284',
  },
  {
    id: 'manifest/depth-recursion',
    family: FAMILY,
    title: 'Nested JSON is parsed by recursion without a limit',
    story:
      'Every opening bracket costs a stack frame of a task that has four kilobytes. ' +
      'JSON parsers for microcontrollers had to learn a nesting limit.',
    cwe: 'CWE-674',
  },
  {
    id: 'http/content-length-trusted',
    family: FAMILY,
    title: 'Content-Length decides how much memory is taken',
    story:
      'The buffer is allocated by the number the server sent, and the result of the allocation is not looked at.',
    cwe: 'CWE-789',
  },
  {
    id: 'http/chunk-size-trusted',
    family: FAMILY,
    title: 'A chunk size is added to the buffer position without a check',
    story:
      'The sum wraps, the bounds check passes and the copy runs over the buffer. ' +
      'Chunk size overflows have been found in web servers and clients for twenty years.',
    cwe: 'CWE-190',
  },
  {
    id: 'http/header-length-trusted',
    family: FAMILY,
    title: 'Header lines are copied into a buffer of fixed size',
    story:
      'Nobody sends lines that long, it was thought; a server that does writes over the stack behind the buffer.',
    cwe: 'CWE-121',
  },
  {
    id: 'http/stall-no-timeout',
    family: FAMILY,
    title: 'A server that stops sending stops the application',
    story:
      'The receive timeout was left at its default of none, so the application waits until somebody pulls the plug.',
    cwe: 'CWE-400',
  },
];

/** Nesting that the stack of the application's task still survives. */
const STACK_LEVELS = 16;

/** What a client with these flaws dies of where a sound one closes the connection; null: it closes it too. */
export function mqttFault(flaws: ReadonlySet<string>, error: PeerError): AppFault | null {
  switch (error.code) {
    case 'mqtt-too-large':
    case 'mqtt-remaining-length':
      return flaws.has('mqtt/remaining-length-trusted') ? corruptHeap() : null;
    case 'mqtt-string-length':
      return flaws.has('mqtt/topic-length-trusted') ? guruMeditation('LoadProhibited') : null;
    case 'mqtt-topic':
      return flaws.has('mqtt/empty-topic-dereferenced') && error.got === '""'
        ? guruMeditation('LoadProhibited')
        : null;
    case 'mqtt-reserved-type':
      return flaws.has('mqtt/reserved-type-asserts')
        ? assertFailed('mqtt_process_receive mqtt_client.c:1131 (msg_type != 0)')
        : null;
    default:
      return null;
  }
}

/** The same for the response of a server. */
export function httpFault(flaws: ReadonlySet<string>, error: PeerError): AppFault | null {
  switch (error.code) {
    case 'http-content-length':
    case 'http-length-limit':
      return flaws.has('http/content-length-trusted') ? guruMeditation('StoreProhibited') : null;
    case 'http-line-length':
      return flaws.has('http/header-length-trusted') ? taskStackOverflow('main') : null;
    case 'http-chunk-size':
    case 'http-chunk-limit':
      return flaws.has('http/chunk-size-trusted') ? corruptHeap() : null;
    default:
      return null;
  }
}

/** The same for an update notice, before it is parsed: a recursive parser descends whatever comes behind. */
export function noticeDepthFault(flaws: ReadonlySet<string>, bytes: Uint8Array): AppFault | null {
  if (!flaws.has('manifest/depth-recursion') || nesting(bytes) <= STACK_LEVELS) return null;
  return taskStackOverflow('ota_task');
}

/** The same for an update notice whose size does not fit. */
export function noticeSizeFault(flaws: ReadonlySet<string>): AppFault | null {
  if (!flaws.has('manifest/size-trusted')) return null;
  return assertFailed('esp_partition_erase_range partition_target.c:166 (offset + size <= partition->size)');
}

/** The same for what the application keeps of a notice, as a file named by its version. */
export function noticePathFault(flaws: ReadonlySet<string>, version: string): AppFault | null {
  if (!flaws.has('manifest/path-traversal')) return null;
  const path: string[] = [];
  for (const part of `ota/${version}`.split('/')) {
    if (part === '..') path.pop();
    else if (part !== '' && part !== '.') path.push(part);
  }
  return path[0] === 'ota' ? null : assertFailed('settings_reload settings.c:77 (broker != NULL)');
}

/** Deepest level of brackets outside strings. */
function nesting(bytes: Uint8Array): number {
  let level = 0;
  let deepest = 0;
  const outside = Buffer.from(bytes)
    .toString('latin1')
    .replaceAll(/"(?:[^"\\]|\\.)*"/gs, '');
  for (const char of outside) {
    if (char === '{' || char === '[') level += 1;
    if (char === '}' || char === ']') level -= 1;
    deepest = Math.max(deepest, level);
  }
  return deepest;
}
