import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import { parseScript, type ServerScript } from '#codecs/server-script.ts';
import { testAuthority } from '#codecs/test-authority.ts';
import { RogueServer } from '#drivers/channel/rogue-server.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import { RealClock } from '#drivers/clock.ts';
import { exitOf } from '#drivers/peers/ip/expected-exits.ts';
import { weakKeyCases } from '#drivers/peers/ip/weak-keys.ts';
import type { FuzzCase } from '#core/verbs.ts';
import { httpChunks, httpHeads, httpLengths, httpStalls } from '#fuzz/http-cases.ts';
import { httpsBodies, httpsRedirects, MOST_REDIRECTS } from '#fuzz/https-cases.ts';
import { Issuer, type HttpsPlace } from '#codecs/test-issuer.ts';
import { scripted } from '#fuzz/https-place.ts';
import { tlsCertificateCases } from '#fuzz/tls-certificate-cases.ts';
import { soundServer, tlsSessionCases } from '#fuzz/tls-session-cases.ts';

const PLACE: HttpsPlace = { host: 'update.bench', authority: 'Assay test authority' };
/** Longest that curl waits, seconds; and where a difference would count, so that a busy machine gets another chance. */
const PATIENCE_S = 0.8;
const LONG_PATIENCE_S = 5;

/** What there is to play, and what curl trusts. */
interface Plan {
  readonly cases: readonly FuzzCase[];
  readonly roots: string;
}

function planOf(): Plan {
  const issuer = new Issuer(PLACE);
  const tls = issuer.face(issuer.leaf());
  const weak = weakKeyCases(PLACE);
  const overTls = (cases: readonly FuzzCase[], end: ServerScript['end']) =>
    cases.map(({ name, bytes }) => {
      const text = Buffer.from(bytes).toString('latin1');
      return scripted(name, { tls, answers: [text], end: text.includes('Location') ? 'keep' : end });
    });
  return {
    roots: testAuthority(PLACE.authority).pem + weak.roots,
    cases: [
      soundServer(PLACE),
      ...tlsCertificateCases(PLACE),
      ...weak.cases,
      ...tlsSessionCases(PLACE),
      ...httpsRedirects(PLACE),
      ...httpsBodies(PLACE),
      ...overTls([...httpLengths(), ...httpChunks(), ...httpHeads()], 'close'),
      ...overTls(httpStalls(), 'keep'),
    ],
  };
}

/** curl told to be what a careful device is: one authority, TLS alone, at most ten redirects, no body of an error. */
function curlArguments(
  url: string,
  { https, http }: RogueServer['ports'],
  roots: string,
  seconds: number,
): readonly string[] {
  const named = (port: number) => `${PLACE.host}:${port}:127.0.0.1`;
  const calm = ['--silent', '--fail', '--output', '/dev/null', '--http1.1', '--tlsv1.2', '--cacert', roots];
  const told = [
    '--location',
    '--max-redirs',
    String(MOST_REDIRECTS),
    '--proto',
    '=https',
    '--proto-redir',
    '=https',
  ];
  return [
    ...calm,
    ...told,
    '--resolve',
    named(https),
    '--resolve',
    named(http),
    '--max-time',
    String(seconds),
    url,
  ];
}

function exitOfCurl(args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('curl', args, { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? -1));
  });
}

async function play(server: RogueServer, { name, bytes }: FuzzCase, roots: string): Promise<number> {
  const script = parseScript(bytes);
  if (script === null) return -1;
  const attempt = async (seconds: number) => {
    const played = server.play(script);
    const exit = await exitOfCurl(curlArguments(played.url, server.ports, roots, seconds));
    played.remove();
    return exit;
  };
  const exit = await attempt(PATIENCE_S);
  return exit === exitOf(name) ? exit : attempt(LONG_PATIENCE_S);
}

/** Plays every case of a rogue HTTPS server to curl; what must be refused, and how, is known. */
export async function againstCurl(options: PeerOptions): Promise<PeerResult> {
  if (spawnSync('curl', ['--version']).error !== undefined) {
    return { compared: 0, differ: 0, skipped: 'no curl (Debian: curl)' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'assay-curl-'));
  const server = await RogueServer.open({ tcp: new Tcp(), clock: new RealClock(), name: PLACE.host });
  let [refused, differ] = [0, 0];
  const { cases, roots } = planOf();
  try {
    const file = join(folder, 'roots.pem');
    writeFileSync(file, roots);
    for (const one of cases) {
      const exit = await play(server, one, file);
      if (exit !== 0) refused += 1;
      if (exit === 0 && one.mustRefuse !== undefined) options.log(`${one.name}: curl ${one.mustRefuse}`);
      if (exit === exitOf(one.name)) continue;
      differ += 1;
      options.log(`${one.name}: curl ends with ${exit}, expected ${exitOf(one.name) ?? 'nothing yet'}`);
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true });
  }
  options.log(`${refused} refused, ${cases.length - refused} taken`);
  return { compared: cases.length, differ };
}
