import { deviceTopics } from '#codecs/device-command.ts';
import { mqttBeginnings, mqttBrokerCases } from '#fuzz/mqtt-broker-cases.ts';
import { mqttHavoc, mqttLengthLies, mqttTopics, mqttTruncated, mqttTypes } from '#fuzz/mqtt-cases.ts';
import { noticeFields, noticeNesting, noticeSyntax } from '#fuzz/notice-cases.ts';
import { type Campaign, type CaseSource, RANDOM } from './campaign.ts';

const topicOf = ({ device }: CaseSource) => deviceTopics(device).notice;

/** Campaigns against the MQTT client, and the update notices it receives. */
export const MQTT_CAMPAIGNS: readonly Campaign[] = [
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
    id: 'mqtt-beginnings',
    protocol: 'mqtt',
    title: 'MQTT sessions that begin wrongly',
    why: 'Before a session stands, a broker owes two answers: to the connection and to the subscription. Clients have read the first past its end, believed the count in the second, and waited for either for good.',
    exposes: ['mqtt/suback-codes-trusted', 'mqtt/connack-no-timeout'],
    batches: [
      {
        name: 'answers',
        of: 'answers of a rogue broker to connection and subscription',
        cases: mqttBeginnings,
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
