import {
  CALL,
  openHost,
  OURS,
  publicController,
  randomBytes,
  virtualController,
} from '#drivers/peers/ble/hosts.ts';
import { openNodePeer, type NodePeer } from '#drivers/peers/ble/node-peer.ts';
import { RealClock } from '#drivers/clock.ts';
import { CaseRunner } from '#drivers/radio/ble/case-runner.ts';
import { minimiseSteps } from '#drivers/radio/ble/minimise-steps.ts';
import { Air } from '#virtual/ble/air.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';

const BLENO = { type: 0, bytes: Uint8Array.of(0xb1, 0, 0, 0, 0, 0x10) };
/** The device name: what bleno serves to anybody. */
const READABLE = 3;
const ALIVE_MS = 400;

/** A packet that takes bleno out of service. */
export interface Kill {
  readonly packet: Uint8Array;
  readonly what: string;
  /** From the alarm to the confirmed single packet. */
  readonly seconds: number;
}

/** bleno behind a pseudo-terminal, started anew after each alarm; the reason where it cannot be. */
export class BlenoTarget implements AsyncDisposable {
  readonly #air = new Air(new RealClock());
  readonly #runner: CaseRunner;
  #bleno: NodePeer;

  private constructor(air: Air, bleno: NodePeer, adapter: Awaited<ReturnType<typeof openHost>>) {
    this.#air = air;
    this.#bleno = bleno;
    this.#runner = new CaseRunner({
      adapter,
      target: BLENO,
      readable: READABLE,
      random: randomBytes(1),
      aliveMs: ALIVE_MS,
      reset: () => this.#restart(),
    });
  }

  static async open(): Promise<BlenoTarget | string> {
    const air = new Air(new RealClock());
    const bleno = await openNodePeer('bleno', publicController(air, BLENO));
    if (typeof bleno === 'string') return bleno;
    return new BlenoTarget(air, bleno, await openHost(virtualController(air, 'ours', 2), OURS, [BLENO]));
  }

  /** Cases in a row on one link, and how many of them were answered for in a second. */
  async rate(cases: readonly BleCase[]): Promise<number> {
    const began = performance.now();
    for (const one of cases) await this.#runner.run(one, CALL);
    return Math.round((1000 * cases.length) / (performance.now() - began));
  }

  /** Runs the cases; of each kind of PDU the first that kills is minimised, and the others of that kind are left out. */
  async kills(cases: readonly BleCase[], kindOf: (one: BleCase) => string): Promise<readonly Kill[]> {
    const found = new Map<string, Kill>();
    for (const one of cases) {
      if (found.has(kindOf(one))) continue;
      const { reaction, what } = await this.#runner.run(one, CALL);
      if (reaction === 'alive') continue;
      const kill = await this.#minimised(one, what);
      if (kill !== null) found.set(kindOf(one), kill);
    }
    return [...found.values()];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#bleno[Symbol.asyncDispose]();
  }

  async #minimised(one: BleCase, what: string): Promise<Kill | null> {
    const began = performance.now();
    const kills = async (tried: BleCase) => (await this.#runner.run(tried, CALL)).reaction !== 'alive';
    if (!(await kills(one))) return null;
    const { shortest } = await minimiseSteps(one, kills);
    const [step] = shortest.steps;
    const packet = step?.do === 'frame' ? step.bytes : new Uint8Array();
    return { packet, what, seconds: (performance.now() - began) / 1000 };
  }

  async #restart(): Promise<void> {
    await this.#bleno[Symbol.asyncDispose]();
    const bleno = await openNodePeer('bleno', publicController(this.#air, BLENO));
    if (typeof bleno === 'string') throw new Error(bleno);
    this.#bleno = bleno;
  }
}
