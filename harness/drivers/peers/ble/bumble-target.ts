import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import { openBumble, type Bumble } from '#drivers/peers/ble/bumble.ts';
import { CALL, openHost, OURS, randomBytes, recorded, THEIRS } from '#drivers/peers/ble/hosts.ts';
import { CaseRunner } from '#drivers/radio/ble/case-runner.ts';
import { openTransport } from '#drivers/radio/ble/transport.ts';

/** The device name that Bumble serves. */
const READABLE = 3;

/** Cases against Bumble's GATT server, through Bumble's controller and link. */
export interface BumbleTarget extends AsyncDisposable {
  readonly runner: CaseRunner;
}

/** Starts Bumble, and a host of ours whose packets are kept; the reason where that cannot be. */
export async function openBumbleTarget(keep: (record: HciRecord) => void): Promise<BumbleTarget | string> {
  const bumble: Bumble | string = await openBumble('server', 1);
  if (typeof bumble === 'string') return bumble;
  const port = await openTransport(`unix:${bumble.sockets[0] ?? ''}`, CALL);
  const adapter = await openHost(recorded(port, keep), OURS, [THEIRS]);
  const runner = new CaseRunner({ adapter, target: THEIRS, readable: READABLE, random: randomBytes(1) });
  return {
    runner,
    [Symbol.asyncDispose]: async () => {
      await port.close();
      await bumble[Symbol.asyncDispose]();
    },
  };
}
