import { BenchError } from '#core/errors.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import type { HciPort } from '#codecs/ble/hci-port.ts';
import { RealClock } from '#drivers/clock.ts';
import {
  CALL,
  openHost,
  OURS,
  publicController,
  randomBytes,
  recorded,
  virtualController,
} from '#drivers/peers/ble/hosts.ts';
import { openNodePeer, type NodePeer } from '#drivers/peers/ble/node-peer.ts';
import type { BleAdapter } from '#drivers/radio/ble/ble-adapter.ts';
import { CaseRunner, type BleResult } from '#drivers/radio/ble/case-runner.ts';
import type { BleHandles } from '#fuzz/ble-cases.ts';
import { Air } from '#virtual/ble/air.ts';

/** bleno's public address. */
export const BLENO = { type: 0, bytes: Uint8Array.of(0xb1, 0, 0, 0, 0, 0x10) };
/** The device name, and the value that `bleno_peer.cjs` serves. */
export const BLENO_HANDLES: BleHandles = { readable: 3, writable: 10 };
/** bleno answers within milliseconds; a busy machine may take longer, and replays tell the two apart. */
const ALIVE_MS = 400;

interface Started {
  readonly bleno: NodePeer;
  readonly controller: HciPort;
}

/** bleno behind a pseudo-terminal: a process of its own, started anew after each alarm. */
export class BlenoTarget implements AsyncDisposable {
  readonly #air: Air;
  readonly #adapter: BleAdapter;
  readonly #runner: CaseRunner;
  #started: Started;
  #isFresh = true;

  private constructor(air: Air, started: Started, adapter: BleAdapter) {
    this.#air = air;
    this.#adapter = adapter;
    this.#started = started;
    this.#runner = new CaseRunner({
      adapter,
      target: BLENO,
      readable: BLENO_HANDLES.readable,
      random: randomBytes(1),
      aliveMs: ALIVE_MS,
      reset: () => this.restart(),
    });
  }

  /** Starts it, and a host of ours whose packets are kept; the reason where that cannot be. */
  static async open(keep: (record: HciRecord) => void = () => undefined): Promise<BlenoTarget | string> {
    const air = new Air(new RealClock());
    const started = await start(air);
    if (typeof started === 'string') return started;
    const ours = recorded(virtualController(air, 'ours', 2), keep);
    return new BlenoTarget(air, started, await openHost(ours, OURS, [BLENO]));
  }

  /** Runs a case; after an alarm the process is another one. */
  run(one: BleCase): Promise<BleResult> {
    this.#isFresh = false;
    return this.#runner.run(one, CALL);
  }

  /** Ends the process and starts another, unless it has not met a case. BenchError `bleno-gone` where that fails. */
  async restart(): Promise<void> {
    if (this.#isFresh) return;
    for (const link of this.#adapter.links) await link.disconnect(CALL);
    await this.#end();
    const started = await start(this.#air);
    if (typeof started === 'string') throw gone(started);
    this.#started = started;
    this.#isFresh = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  /** The controller goes with its host, which it would else advertise for. */
  async #end(): Promise<void> {
    await this.#started.bleno[Symbol.asyncDispose]();
    await this.#started.controller.close();
  }
}

async function start(air: Air): Promise<Started | string> {
  const controller = publicController(air, BLENO);
  const bleno = await openNodePeer('bleno', controller);
  return typeof bleno === 'string' ? bleno : { bleno, controller };
}

function gone(got: string): BenchError {
  return new BenchError({
    code: 'bleno-gone',
    message: 'bleno was started once and does not start again',
    got,
    remedy: 'look for processes that hold its terminal, and run again',
  });
}
