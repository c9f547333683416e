import type { Peer, PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import { plainFeatures } from '#codecs/ble/pairing-method.ts';
import { AUTH, IO } from '#codecs/ble/pairing.ts';
import { openBumble, type Bumble } from '#drivers/peers/ble/bumble.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { CALL, openHost, OURS, randomBytes, THEIRS } from '#drivers/peers/ble/hosts.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { BleChannels } from '#drivers/radio/ble/ble-channels.ts';
import { pair } from '#drivers/radio/ble/pairing.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';

/** What both sides can show and be told, and what then happens: who types what the other shows, or both compare. */
const WAYS = [
  { name: 'we show, they type', ours: IO.display, theirs: IO.keyboard, secure: [false, true] },
  { name: 'they show, we type', ours: IO.keyboard, theirs: IO.display, secure: [false, true] },
  { name: 'both compare', ours: IO.displayYesNo, theirs: IO.displayYesNo, secure: [true] },
] as const;
const PASSKEYS = 1_000_000;
/** Where Bumble's script sends back what it gets. */
const ECHO_SPSM = 0x80;

interface Session {
  readonly bumble: Bumble;
  readonly central: BleAdapter;
}

/** One pairing with people: what Bumble showed is what we type or compare, and the other way round. */
async function paired(
  { bumble, central }: Session,
  way: (typeof WAYS)[number],
  { secure, passkey, seed }: { readonly secure: boolean; readonly passkey: number; readonly seed: number },
): Promise<unknown> {
  await bumble.ask({ do: 'person', io: way.theirs, passkey, secure });
  const shown = async () => ((await bumble.ask({ do: 'shown' })) as { readonly number: number }).number;
  const link = await central.connect(THEIRS, CALL);
  const plain = plainFeatures(secure);
  const bytes = randomBytes(seed);
  // The passkey is what four random bytes make of it: ours is the one that Bumble was told.
  const random = (length: number) =>
    length === 4 ? Uint8Array.of(0, passkey >> 16, (passkey >> 8) & 0xff, passkey & 0xff) : bytes(length);
  const bond = await pair(link, {
    ...CALL,
    features: { ...plain, io: way.ours, auth: plain.auth | AUTH.mitm },
    random,
    person: {
      show: () => undefined,
      type: (answer) => void shown().then(answer, () => answer(null)),
      compare: (value, answer) =>
        void shown().then(
          (theirs) => answer(theirs === value),
          () => answer(false),
        ),
    },
  });
  const { encrypted } = link;
  await link.disconnect(CALL);
  return { encrypted, authenticated: bond.isAuthenticated, secure: bond.secureConnections };
}

/** SDUs there and back over a channel of Bumble's, with few credits and small segments. */
async function echoed({ central }: Session, checks: Checks, count: number, seed: number): Promise<void> {
  const link = await central.connect(THEIRS, CALL);
  const channels = new BleChannels(link);
  const arrived: ((sdu: Uint8Array) => void)[] = [];
  const events = () => ({
    sdu: (sdu: Uint8Array) => arrived.shift()?.(sdu),
    closed: () => undefined,
  });
  const opened = await channels.connect(ECHO_SPSM, { ...CALL, events });
  const [channel] = opened.channels;
  await checks.check('channel', () => [opened.result, channel?.peer.mtu, channel?.peer.mps], [0, 300, 64]);
  const random = randomBytes(seed);
  if (channel === undefined) return;
  for (let index = 0; index < count; index++) {
    const sdu = random(1 + ((index * 37) % 299));
    const back = new Promise((resolve) => arrived.push(resolve));
    channel.send(sdu);
    await checks.check('echo', () => back, sdu);
  }
  await checks.check('no service', async () => (await channels.connect(0x99, CALL)).result, 2);
  await channels.close(channel, CALL);
  await checks.check('closed', () => channels.open.length, 0);
  await link.disconnect(CALL);
}

async function sweep({ count, seed, ...options }: PeerOptions): Promise<PeerResult> {
  const started = await openBumble('server', 1);
  if (typeof started === 'string') return { compared: 0, differ: 0, skipped: started };
  await using bumble = started;
  const checks = new Checks((line) => options.log(line));
  const port = await openTransport(`unix:${bumble.sockets[0] ?? ''}`, CALL);
  const session = { bumble, central: await openHost(port, OURS, [THEIRS]) };
  for (const [index, way] of WAYS.entries()) {
    for (const secure of way.secure) {
      const passkey = (seed * 7919 + index * 104_729) % PASSKEYS;
      const expected = { encrypted: true, authenticated: true, secure };
      const name = `${way.name}, ${secure ? 'secure connections' : 'legacy'}`;
      await checks.check(name, () => paired(session, way, { secure, passkey, seed: seed + index }), expected);
      for (const link of session.central.links) await link.disconnect(CALL);
    }
  }
  await echoed(session, checks, Math.min(count, 50), seed);
  await port.close();
  return checks.result;
}

/** Our pairing with people, and our channels, against Bumble's. */
export const peer: Peer = {
  name: 'ble-bumble-people',
  tool: 'passkeys, comparison and channels of bumble 0.0.236 (PyPI)',
  run: sweep,
};
