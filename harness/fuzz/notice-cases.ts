import type { FuzzCase } from '#core/verbs.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';

/** What a notice of a product that the device is not looks like: read to the end, then refused, so that nothing is fetched. */
const SOUND: Readonly<Record<string, unknown>> = {
  url: 'http://127.0.0.1:9/none',
  size: 65_536,
  version: '9.9.9',
  project: 'fuzz',
  sha256: '0'.repeat(64),
};

const DEPTHS = [1, 2, 4, 8, 15, 16, 17, 24, 32, 64, 128, 500, 1000] as const;

/** A PUBLISH of quality 0 with this payload: how an update notice reaches a device. */
function published(topic: string, cases: readonly (readonly [string, string])[]): readonly FuzzCase[] {
  return cases.map(([name, payload]) => ({
    name,
    bytes: encodeMqtt({
      type: 'publish',
      topic,
      payload: Buffer.from(payload, 'utf8'),
      qos: 0,
      retain: false,
      dup: false,
      packetId: null,
    }),
  }));
}

function withMember(key: string, json: string): string {
  const members = Object.entries(SOUND).map(
    ([name, value]) => `${JSON.stringify(name)}:${name === key ? json : JSON.stringify(value)}`,
  );
  return `{${members.join(',')}}`;
}

/** Sizes that are wrong, absurd, or no sizes at all. */
const SIZES = [
  '0',
  '-1',
  '-2147483648',
  '1048577',
  '16777216',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '18446744073709551616',
  '1e308',
  '1e309',
  '0.5',
  '"65536"',
  'null',
  'true',
  '[]',
  '{}',
];

const TEXTS = ['""', '7', 'null', '[]', `"${'A'.repeat(33)}"`, `"${'A'.repeat(900)}"`, '"\\u0000"', '"%n%s"'];

/** Names that lead out of a folder, for those that make file names of them. */
const TRAVERSALS = [
  '../cfg',
  '../../cfg/broker',
  '/cfg/broker',
  './../cfg',
  '..\\\\cfg',
  '....//cfg',
  '%2e%2e/cfg',
];

/** Notices whose members do not fit, are missing, come twice, or are of the wrong type. */
export function noticeFields(topic: string): readonly FuzzCase[] {
  const members = Object.keys(SOUND);
  return published(topic, [
    ...SIZES.map((size) => [`size ${size}`, withMember('size', size)] as const),
    ...['url', 'version', 'project', 'sha256'].flatMap((key) =>
      TEXTS.map((json) => [`${key} ${json.slice(0, 16)}`, withMember(key, json)] as const),
    ),
    ...[
      'file:///etc/passwd',
      'ftp://127.0.0.1/x',
      '//127.0.0.1/x',
      'http://',
      'http://a b/',
      'http://u:p@127.0.0.1/',
    ].map((url) => [`url ${url}`, withMember('url', JSON.stringify(url))] as const),
    ...['version', 'project'].flatMap((key) =>
      TRAVERSALS.map((path) => [`${key} ${path}`, withMember(key, `"${path}"`)] as const),
    ),
    ...members.map((gone) => {
      const rest = Object.fromEntries(Object.entries(SOUND).filter(([key]) => key !== gone));
      return [`no ${gone}`, JSON.stringify(rest)] as const;
    }),
    ...members.map((key) => [`${key} twice`, `{"${key}":1,${JSON.stringify(SOUND).slice(1)}`] as const),
    ['a member nobody knows', `{"extra":1,${JSON.stringify(SOUND).slice(1)}`],
  ]);
}

/** Notices nested to every depth of interest, closed and never closed. */
export function noticeNesting(topic: string): readonly FuzzCase[] {
  return published(
    topic,
    DEPTHS.flatMap((depth) => [
      [
        `${depth} lists inside each other`,
        withMember('url', `${'['.repeat(depth)}${']'.repeat(depth)}`),
      ] as const,
      [
        `${depth} objects inside each other`,
        withMember('url', `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
      ] as const,
      [`${depth} lists that never end`, '['.repeat(depth)] as const,
    ]).filter(([, payload]) => payload.length < 3800),
  );
}

/** Texts that are no JSON objects. */
export function noticeSyntax(topic: string): readonly FuzzCase[] {
  const sound = JSON.stringify(SOUND);
  return published(topic, [
    ['nothing', ''],
    ['a number', '42'],
    ['a list', '[1,2,3]'],
    ['an open object', '{'],
    ['a string that never ends', '{"url":"http'],
    ['an escape that never ends', '{"url":"\\u00'],
    ['a comma too many', `${sound.slice(0, -1)},}`],
    ['rubbish behind', `${sound}rubbish`],
    ['two objects', `${sound}${sound}`],
    ['a byte order mark', `\ufeff${sound}`],
    ['a comment', `/* x */${sound}`],
    ['single quotes', sound.replaceAll('"', "'")],
    ['NUL inside', sound.replace(':', '\0:')],
    ['blanks only', ' '.repeat(1000)],
    ['more than a kilobyte', `{"pad":"${'p'.repeat(1100)}"}`],
    ['more than three kilobytes', `{"pad":"${'p'.repeat(3200)}"}`],
    ...Array.from(
      { length: 24 },
      (_, i) =>
        [
          `cut at ${Math.floor((i * sound.length) / 24)}`,
          sound.slice(0, Math.floor((i * sound.length) / 24)),
        ] as const,
    ),
  ]);
}
