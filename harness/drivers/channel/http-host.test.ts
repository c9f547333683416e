import assert from 'node:assert/strict';
import { HttpHost } from '#drivers/channel/http-host.ts';
import { SocketLedger } from '#drivers/channel/socket-ledger.ts';
import { socketSettle } from '#drivers/channel/socket-settle.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import { httpGet } from '#codecs/http.ts';

async function bench() {
  const ledger = new SocketLedger();
  const tcp = new Tcp({ ledger });
  const host = await HttpHost.open(tcp);
  const settle = socketSettle(ledger);
  const get = (path: string) => {
    const seen = { text: '', closed: false };
    const stream = tcp.connect(host.address.host, host.address.port, {
      opened: () => stream.write(httpGet('x', path)),
      data: (bytes) => (seen.text += Buffer.from(bytes).toString('latin1')),
      closed: () => (seen.closed = true),
    });
    return { seen, stream };
  };
  return { host, settle, get };
}

describe('HTTP host', () => {
  it('serves a file with its length until it is removed', async () => {
    const { host, settle, get } = await bench();
    const page = host.file(Buffer.from('image'));
    assert.equal(page.asked, false);
    const { pathname } = new URL(page.url);
    const { seen } = get(pathname);
    await settle();
    assert.match(seen.text, /^HTTP\/1\.1 200 OK\r\n[^]*content-length: 5\r\n[^]*\r\n\r\nimage$/i);
    assert.deepEqual([page.asked, seen.closed], [true, true]);
    page.remove();
    const { seen: gone } = get(pathname);
    await settle();
    assert.match(gone.text, /^HTTP\/1\.1 404 /);
    await host.close();
  });

  it('answers with raw bytes and leaves the connection to the device', async () => {
    const { host, settle, get } = await bench();
    const page = host.raw(Buffer.from('\0no HTTP at all', 'latin1'));
    let closed = 0;
    page.onClosed(() => (closed += 1));
    const { seen, stream } = get(new URL(page.url).pathname);
    await settle();
    assert.deepEqual([seen.text, seen.closed, closed], ['\0no HTTP at all', false, 0]);
    stream.close();
    await settle();
    assert.equal(closed, 1);
    await host.close();
  });

  it('hangs up on whoever is left when it closes', async () => {
    const { host, settle, get } = await bench();
    const { seen } = get(new URL(host.raw(new Uint8Array()).url).pathname);
    await settle();
    assert.equal(seen.closed, false);
    await host.close();
    await settle();
    assert.equal(seen.closed, true);
  });
});
