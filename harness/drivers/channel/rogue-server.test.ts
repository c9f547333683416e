import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as connectPlain } from 'node:net';
import type { ServerScript } from '#codecs/server-script.ts';
import { testAuthority } from '#codecs/test-authority.ts';
import { Issuer, soundScript } from '#codecs/test-issuer.ts';
import { RogueServer } from '#drivers/channel/rogue-server.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import type { TlsChecks } from '#drivers/channel/tls-client.ts';
import { RealClock } from '#drivers/clock.ts';

const PLACE = { host: 'update.bench', authority: 'Assay test authority' };
const issuer = new Issuer(PLACE);
const SOUND = soundScript(PLACE, 'hello');
const CAREFUL: TlsChecks = {
  roots: testAuthority(PLACE.authority).pem,
  name: PLACE.host,
  checksChain: true,
  checksName: true,
  checksTime: true,
  takesOldVersions: false,
  takesWeakSuites: false,
};
const tcp = new Tcp({ hosts: { [PLACE.host]: '127.0.0.1' } });

/** What a client with these checks hears, and how it ends. */
async function heard(script: ServerScript, odd: Partial<TlsChecks> = {}): Promise<string> {
  const server = await RogueServer.open({ tcp, clock: new RealClock(), name: PLACE.host });
  try {
    server.play(script);
    return await new Promise<string>((resolve) => {
      const stream = tcp.connectTls(
        PLACE.host,
        server.ports.https,
        { ...CAREFUL, ...odd },
        {
          opened: () => stream.write(Buffer.from('GET / HTTP/1.1\r\n\r\n')),
          data: (bytes) => {
            stream.close();
            resolve(Buffer.from(bytes).toString('latin1'));
          },
          closed: (cause) => resolve(cause?.message ?? 'closed'),
        },
      );
    });
  } finally {
    await server.close();
  }
}

describe('rogue HTTPS server, and a client that checks', () => {
  it('a sound server is heard', async () => {
    assert.match(await heard(SOUND), /^HTTP\/1\.1 200 OK\r\n.*hello$/s);
  });

  const expired = { tls: issuer.face(issuer.leaf({ notAfter: '2020-06-01' })) };
  const other = { tls: issuer.face(issuer.leaf({ names: ['other.bench'] })) };
  const stranger = soundScript({ ...PLACE, authority: 'a stranger' }, 'hello');
  const old = { tls: issuer.face(issuer.leaf(), { max: 'TLSv1.1' }) };
  const weak = {
    tls: issuer.face(issuer.leaf(), { max: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-NULL-SHA:@SECLEVEL=0' }),
  };
  const cases: readonly (readonly [string, Partial<ServerScript>, RegExp, Partial<TlsChecks>])[] = [
    ['an expired certificate', expired, /CERT_HAS_EXPIRED/, { checksTime: false }],
    ['the certificate of another host', other, /altnames/, { checksName: false }],
    ['a stranger', stranger, /certificate|UNABLE|SELF_SIGNED/, { checksChain: false }],
    ['TLS 1.1', old, /protocol version|version/i, { takesOldVersions: true }],
    ['no encryption', weak, /handshake failure/, { takesWeakSuites: true }],
  ];
  for (const [what, script, refusal, lax] of cases) {
    it(`refuses ${what}, and takes it when it is told not to look`, async () => {
      assert.match(await heard({ ...SOUND, ...script }), refusal);
      assert.match(await heard({ ...SOUND, ...script }, lax), /hello$/);
    });
  }

  it('a handshake in pieces of a byte is one all the same; a cut one ends', async () => {
    const tls = issuer.face(issuer.leaf(), { max: 'TLSv1.2' });
    assert.match(await heard({ ...SOUND, tls, records: { kind: 'split', size: 1 } }), /hello$/);
    assert.doesNotMatch(await heard({ ...SOUND, tls, records: { kind: 'cut', after: 2 } }), /hello/);
    const bytes = '15030300020228';
    const inserted = await heard({
      ...SOUND,
      tls,
      records: { kind: 'insert', after: 1, bytes, goOn: false },
    });
    assert.match(inserted, /alert|handshake/);
  });

  it('refuses a script that no server could play, and ends connections when it is told to', async () => {
    const server = await RogueServer.open({ tcp, clock: new RealClock(), name: PLACE.host });
    try {
      assert.throws(() => server.play({ ...SOUND, tls: { chain: 'x', key: 'y' } }), {
        code: 'server-script',
      });
      const played = server.play({ tls: null, first: '00', answers: [], end: 'keep' });
      const socket = connectPlain({ host: '127.0.0.1', port: server.ports.https });
      socket.on('error', () => undefined);
      socket.write('x');
      await once(socket, 'data');
      played.remove();
      await once(socket, 'close');
    } finally {
      await server.close();
    }
  });
});
