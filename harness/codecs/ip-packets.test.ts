import assert from 'node:assert/strict';
import { PeerError } from '#core/errors.ts';
import { COAP_OPTION, COAP_TYPE, decodeCoap, encodeCoap } from '#codecs/coap.ts';
import { decodeDhcp, encodeDhcp } from '#codecs/dhcp.ts';
import { dnsName, dnsText } from '#codecs/dns-name.ts';
import { decodeDns, encodeDns } from '#codecs/dns.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const codeOf = (value: unknown) => (value instanceof PeerError ? value.code : 'read');

describe('CoAP', () => {
  it('reads and writes the exchange of RFC 7252, figure 16', () => {
    const get = hex('40017d34 bb74656d7065726174757265');
    assert.deepEqual(decodeCoap(get), {
      type: COAP_TYPE.confirmable,
      code: 1,
      id: 0x7d34,
      token: new Uint8Array(),
      options: [{ number: COAP_OPTION.uriPath, value: Uint8Array.from(Buffer.from('temperature')) }],
      payload: new Uint8Array(),
    });
    const content = hex('60457d34 ff32322e332043');
    for (const bytes of [get, content]) {
      const message = decodeCoap(bytes);
      assert.ok(!(message instanceof PeerError));
      assert.deepEqual(encodeCoap(message), bytes);
    }
  });

  it('refuses what RFC 7252 calls a format error', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['40', 'coap-truncated'],
      ['00010000', 'coap-version'],
      ['49010000 010203040506070809', 'coap-token-length'],
      ['40010000 f0', 'coap-option-delta'],
      ['40010000 bf', 'coap-option-length'],
      ['40010000 e0ffff', 'coap-option-number'],
      ['40010000 bd', 'coap-truncated'],
      ['40010000 ff', 'coap-empty-payload'],
    ];
    for (const [text, code] of cases) assert.equal(codeOf(decodeCoap(hex(text))), code, text);
  });
});

describe('DNS', () => {
  /** RFC 1035, 4.1.4: F.ISI.ARPA, FOO.F.ISI.ARPA and ARPA share their ends. */
  const message = hex(
    '0001 8180 0001 0002 0000 0000  0146034953490441525041 00 0001 0001' +
      '03464f4f c00c 0001 0001 0000003c 0004 7f000001  c012 0001 0001 0000003c 0004 7f000002',
  );

  it('follows compression as in RFC 1035, 4.1.4', () => {
    const read = decodeDns(message);
    assert.ok(!(read instanceof PeerError));
    assert.deepEqual(
      [...read.questions, ...read.answers].map(({ name }) => dnsText(name)),
      ['f.isi.arpa', 'foo.f.isi.arpa', 'arpa'],
    );
    assert.deepEqual(decodeDns(encodeDns(read)), read);
  });

  it('refuses pointers that lead nowhere or round in circles, and lengths that lie', () => {
    const question = (name: string) => hex(`0000 0000 0001 0000 0000 0000 ${name} 0001 0001`);
    const cases: readonly (readonly [Uint8Array, string])[] = [
      [question('c00c'), 'dns-pointer'],
      [question('c0ff'), 'dns-pointer'],
      [question('0161 c00c'), 'dns-pointer'],
      [question('4061'), 'dns-label'],
      [question('3f61'), 'dns-truncated'],
      [message.subarray(0, message.length - 1), 'dns-rdlength'],
      [Uint8Array.from([...message, 0]), 'dns-trailing'],
      [message.subarray(0, 11), 'dns-truncated'],
    ];
    for (const [bytes, code] of cases) assert.equal(codeOf(decodeDns(bytes)), code);
    const long = encodeDns({
      id: 0,
      flags: 0,
      questions: [{ name: dnsName('abc.'.repeat(70) + 'd'), type: 1, class: 1 }],
      answers: [],
      authorities: [],
      additionals: [],
    });
    assert.equal(codeOf(decodeDns(long)), 'dns-name-length');
  });
});

describe('DHCP', () => {
  const message = {
    op: 1,
    hardwareType: 1,
    hardwareLength: 6,
    hops: 0,
    transaction: 0x3903_f326,
    seconds: 0,
    flags: 0x8000,
    client: 0,
    yours: 0,
    server: 0,
    gateway: 0,
    hardware: Uint8Array.from({ length: 16 }, (_, at) => (at < 6 ? at + 1 : 0)),
    serverName: new Uint8Array(64),
    file: new Uint8Array(128),
    options: [
      { code: 53, value: Uint8Array.of(1) },
      { code: 50, value: Uint8Array.of(192, 168, 1, 100) },
    ],
  };

  it('gives back what it wrote, in the layout of RFC 2131', () => {
    const bytes = encodeDhcp(message);
    assert.equal(bytes.length, 240 + 3 + 6 + 1);
    assert.equal(Buffer.from(bytes.subarray(4, 8)).toString('hex'), '3903f326');
    assert.equal(Buffer.from(bytes.subarray(236, 243)).toString('hex'), '63825363350101');
    assert.deepEqual(decodeDhcp(bytes), message);
    assert.deepEqual(decodeDhcp(Uint8Array.from([...bytes.subarray(0, 240), 0, 0, 255])), {
      ...message,
      options: [],
    });
  });

  it('refuses options past the end, no end, and another cookie', () => {
    const bytes = encodeDhcp(message, { ends: false });
    assert.equal(codeOf(decodeDhcp(bytes)), 'dhcp-no-end');
    assert.equal(codeOf(decodeDhcp(Uint8Array.from([...bytes, 12, 9, 1]))), 'dhcp-option-length');
    assert.equal(codeOf(decodeDhcp(bytes.subarray(0, 239))), 'dhcp-truncated');
    assert.equal(codeOf(decodeDhcp(bytes.with(236, 0))), 'dhcp-cookie');
    assert.equal(codeOf(decodeDhcp(bytes.with(0, 3))), 'dhcp-op');
  });
});
