import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COAP_TYPE, encodeCoap } from '#codecs/coap.ts';
import { dnsName } from '#codecs/dns-name.ts';
import { DNS_CLASS_IN, DNS_TYPE, encodeDns } from '#codecs/dns.ts';
import { encodeMqtt } from '#codecs/mqtt-encode.ts';
import { skipBecause } from '#contracts/skip.ts';
import { IP_INTERFACE, SERIAL_INTERFACE, WireCapture } from '#drivers/radio/wire-capture.ts';
import { SimClock } from '#virtual/sim-clock.ts';

interface Dissected {
  readonly protocols: string;
  readonly malformed: boolean;
  readonly badChecksum: boolean;
}

const CHECKED = ['ip', 'tcp', 'udp'].flatMap((layer) => ['-o', `${layer}.check_checksum:TRUE`]);
const FIELDS = [
  'frame.protocols',
  '_ws.malformed',
  'ip.checksum.status',
  'tcp.checksum.status',
  'udp.checksum.status',
];
/** How tshark calls a checksum that does not fit. */
const BAD = '0';

function dissect(file: Uint8Array | null): readonly Dissected[] {
  assert.ok(file !== null);
  const folder = mkdtempSync(join(tmpdir(), 'assay-wire-'));
  try {
    const path = join(folder, 'slice.pcapng');
    writeFileSync(path, file);
    const wanted = FIELDS.flatMap((field) => ['-e', field]);
    const { stdout, status } = spawnSync('tshark', ['-r', path, ...CHECKED, '-T', 'fields', ...wanted], {
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => line.split('\t'))
      .map(([protocols = '', malformed = '', ...sums]) => ({
        protocols,
        malformed: malformed !== '',
        badChecksum: sums.some((sum) => sum.split(',').includes(BAD)),
      }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ping = encodeMqtt({ type: 'pingreq' });
const publish = encodeMqtt({
  type: 'publish',
  dup: false,
  qos: 0,
  retain: false,
  packetId: null,
  topic: 'assay/x/cmd',
  payload: Buffer.from('{}'),
});
const coap = encodeCoap({
  type: COAP_TYPE.confirmable,
  code: 1,
  id: 7,
  token: Uint8Array.of(1),
  options: [],
  payload: new Uint8Array(),
});
const dns = encodeDns({
  id: 0,
  flags: 0,
  questions: [{ name: dnsName('x.local'), type: DNS_TYPE.a, class: DNS_CLASS_IN }],
  answers: [],
  authorities: [],
  additionals: [],
});

describe('captures, dissected by tshark', () => {
  before(function () {
    if (spawnSync('tshark', ['--version']).error !== undefined)
      skipBecause(this, 'needs tshark (Debian tshark)');
  });

  it('show sound payloads of every protocol as what they are, nothing malformed, no checksum wrong', () => {
    const wire = new WireCapture(new SimClock(), IP_INTERFACE);
    const broker = wire.flow(1883);
    broker.passed(true, ping);
    broker.passed(false, publish);
    broker.closed();
    const web = wire.flow(80);
    web.passed(true, Buffer.from('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n'));
    web.passed(false, Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n${'x'.repeat(3000)}`));
    wire.datagram(false, 5683, coap);
    wire.datagram(false, 5353, dns);
    const frames = dissect(wire.take());
    const seen = frames.map(({ protocols }) => protocols).join(' ');
    for (const protocol of ['mqtt', 'http', 'coap', 'mdns'])
      assert.ok(seen.includes(`:${protocol}`), `${protocol} in ${seen}`);
    assert.deepEqual(
      frames.filter(({ malformed, badChecksum }) => malformed || badChecksum),
      [],
    );
  });

  it('show as malformed exactly the frame that is', () => {
    const wire = new WireCapture(new SimClock(), IP_INTERFACE);
    wire.datagram(false, 5683, coap);
    wire.datagram(false, 5683, Uint8Array.of(0x49, 0x12, 0x34, 0x74));
    wire.datagram(false, 5683, coap);
    const frames = dissect(wire.take());
    assert.deepEqual(
      frames.map(({ malformed }) => malformed),
      [false, true, false],
    );
    assert.ok(frames.every(({ badChecksum }) => !badChecksum));
  });

  it('show the bytes of a serial line, by direction', () => {
    const wire = new WireCapture(new SimClock(), SERIAL_INTERFACE);
    wire.serial(false, Buffer.from('\u0006\u0009AAsA\n', 'latin1'));
    wire.serial(true, Buffer.from('I: ready\n'));
    const frames = dissect(wire.take());
    assert.ok(
      frames.length === 2 &&
        frames.every(({ protocols, malformed }) => protocols.startsWith('rtacser') && !malformed),
      JSON.stringify(frames),
    );
  });
});
