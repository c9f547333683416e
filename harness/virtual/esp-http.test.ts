import assert from 'node:assert/strict';
import { AppFault } from '#virtual/app-fault.ts';
import { espHttpGet } from '#virtual/esp-http.ts';
import { scriptedRuntime } from '#virtual/scripted-network.fixture.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

function get(url = 'http://10.0.0.1:8080/a', objection: string | null = null, ...flaws: string[]) {
  const script = scriptedRuntime(...flaws);
  const ends: (string | null)[] = [];
  let body = '';
  espHttpGet({
    runtime: script.runtime,
    url,
    trust: null,
    limit: 100,
    totalMs: 20_000,
    onBody: (bytes) => {
      body += Buffer.from(bytes).toString();
      return objection;
    },
    onEnd: (failure) => ends.push(failure),
  });
  return { ...script, ends, body: () => body };
}

describe('HTTP client of the virtual ESP32', () => {
  it('fetches a body and ends once', async () => {
    const { network, clock, ends, body } = get();
    assert.equal(network.last.to, '10.0.0.1:8080');
    network.last.events.opened();
    assert.match(network.last.take().toString(), /^GET \/a HTTP\/1\.1\r\nhost: 10\.0\.0\.1:8080\r\n/);
    network.last.send(`${OK}Content-Length: 3\r\n\r\nab`);
    network.last.send('c');
    network.last.send('more');
    await clock.sleep(60_000);
    assert.deepEqual([ends, body(), network.last.ended], [[null], 'abc', 'closed']);
  });

  it('takes IPv6 addresses and the default port', () => {
    assert.equal(get('http://[::1]/').network.last.to, '::1:80');
  });

  it('does not connect to what is no plain HTTP address', () => {
    for (const url of ['https://a/', 'http://a:0/', 'http://a:70000/', 'http://a:b:c/', 'http:///']) {
      const { network, ends } = get(url);
      assert.deepEqual([network.peers.length, ends.length], [0, 1], url);
    }
  });

  it('fails with a reason, once, and leaves nothing open', () => {
    const cases: [string, RegExp][] = [
      ['HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n', /status 404/],
      ['HTTP/1.1 302 Found\r\nLocation: http://b/\r\n\r\n', /status 302/],
      [`${OK}Content-Length: 101\r\n\r\n`, /http-length-limit/],
      [`${OK}\r\n${'x'.repeat(101)}`, /http-body-limit/],
      ['SSH-2.0-x\r\n', /http-status-line/],
    ];
    for (const [wire, reason] of cases) {
      const { network, ends } = get();
      network.last.events.opened();
      network.last.send(wire);
      assert.match(String(ends[0]), reason);
      assert.deepEqual([ends.length, network.last.ended], [1, 'closed']);
    }
  });

  it('stops when its owner objects', () => {
    const { network, ends } = get(undefined, 'not wanted');
    network.last.events.opened();
    network.last.send(`${OK}Content-Length: 3\r\n\r\nabc`);
    assert.deepEqual(ends, ['not wanted']);
  });

  it('tells an early end from an orderly one', () => {
    const early = get();
    early.network.last.send(`${OK}Content-Length: 3\r\n\r\nab`);
    early.network.last.events.closed(null);
    assert.deepEqual(early.ends, ['http-closed-early']);
    const orderly = get();
    orderly.network.last.send(`${OK}\r\nab`);
    orderly.network.last.events.closed(null);
    assert.deepEqual(orderly.ends, [null]);
    const refused = get();
    refused.network.last.events.closed(new Error('refused'));
    assert.deepEqual(refused.ends, ['connection failed']);
  });

  it('gives silence five seconds and a drip the whole time, unless it has no time-outs', async () => {
    const silent = get();
    silent.network.last.events.opened();
    await silent.clock.sleep(3000);
    silent.network.last.send(OK);
    await silent.clock.sleep(4999);
    assert.deepEqual(silent.ends, []);
    await silent.clock.sleep(2);
    assert.deepEqual(silent.ends, ['server stopped sending']);

    const drip = get();
    for (let sent = 0; sent < 30; sent++) {
      drip.network.last.send('x');
      await drip.clock.sleep(1000);
    }
    assert.deepEqual(drip.ends, ['download took too long']);

    const patient = get(undefined, null, 'http/stall-no-timeout');
    await patient.clock.sleep(3_600_000);
    assert.deepEqual(patient.ends, []);
  });

  it('dies of lengths it trusts only with the flaw', () => {
    const deaths: [string, string][] = [
      ['http/content-length-trusted', `${OK}Content-Length: -1\r\n\r\n`],
      ['http/content-length-trusted', `${OK}Content-Length: 4294967295\r\n\r\n`],
      ['http/chunk-size-trusted', `${OK}Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n`],
    ];
    for (const [flaw, wire] of deaths) {
      assert.throws(() => get(undefined, null, flaw).network.last.send(wire), AppFault);
      const sound = get();
      sound.network.last.send(wire);
      assert.equal(sound.ends.length, 1);
    }
  });

  it('goes by TLS where it trusts somebody, with every check but what its flaws leave out', () => {
    const secure = (...flaws: string[]) => {
      const { runtime, network } = scriptedRuntime(...flaws);
      const ends: (string | null)[] = [];
      const [url, trust] = ['https://update.bench/a', { roots: 'pem' }] as const;
      const onBody = () => null;
      const onEnd = (failure: string | null) => void ends.push(failure);
      espHttpGet({ runtime, url, trust, limit: 100, totalMs: 20_000, onBody, onEnd });
      return { network, ends };
    };
    const { network, ends } = secure();
    assert.equal(network.last.to, 'update.bench:443');
    const careful = { checksChain: true, checksName: true, checksTime: true };
    const checks = { ...careful, takesOldVersions: false, takesWeakSuites: false };
    assert.deepEqual(network.checks, [{ roots: 'pem', name: 'update.bench', ...checks }]);
    network.last.events.closed(new Error('certificate: CERT_HAS_EXPIRED'));
    assert.deepEqual(ends, ['TLS: certificate: CERT_HAS_EXPIRED']);
    assert.equal(secure('tls/host-not-checked').network.checks[0]?.checksName, false);
    assert.equal(secure('tls/expired-accepted').network.checks[0]?.checksTime, false);
  });

  it('follows redirects of HTTPS to HTTPS, ten of them, and to nothing else', async () => {
    const redirected = async (location: string, count: number, ...flaws: string[]) => {
      const { runtime, network, clock } = scriptedRuntime(...flaws);
      const ends: (string | null)[] = [];
      const [url, trust] = ['https://a/', { roots: 'pem' }] as const;
      const onBody = () => null;
      const onEnd = (failure: string | null) => void ends.push(failure);
      espHttpGet({ runtime, url, trust, limit: 100, totalMs: 20_000, onBody, onEnd });
      for (let hop = 0; hop < count && ends.length === 0; hop++) {
        network.last.events.opened();
        network.last.send(`HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`);
        await clock.sleep(100);
      }
      if (ends.length === 0) {
        network.last.events.opened();
        network.last.send(`${OK}Content-Length: 0\r\n\r\n`);
      }
      return ends[0];
    };
    assert.equal(await redirected('https://b/', 10), null);
    assert.equal(await redirected('/other', 1), null);
    assert.equal(await redirected('https://b/', 11), 'too many redirects');
    assert.equal(await redirected('https://b/', 11, 'http/redirects-without-limit'), null);
    assert.match(String(await redirected('http://b/', 1)), /plain HTTP/);
    assert.equal(await redirected('http://b/', 1, 'http/redirect-to-plain'), null);
    assert.match(String(await redirected('file:///etc/passwd', 1)), /no address/);
  });
});
