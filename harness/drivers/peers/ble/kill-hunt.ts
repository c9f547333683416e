import { ddmin } from '#core/ddmin.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import type { BleResult } from '#drivers/radio/ble/case-runner.ts';
import { frameCase } from '#fuzz/ble-cases.ts';

/** A device that cases are run on. */
export interface HuntTarget {
  /** After an alarm the device is a fresh one. */
  run(one: BleCase): Promise<BleResult>;
  /** Makes it a fresh one. */
  restart(): Promise<void>;
}

/** A single packet that takes a device out of service. */
export interface Kill {
  /** The case, and its number among those that were given. */
  readonly name: string;
  readonly index: number;
  readonly cid: number;
  /** As it was found, and the least of it that still kills. */
  readonly packet: Uint8Array;
  readonly shortest: Uint8Array;
  /** Of how many replays on a fresh device it killed in how many. */
  readonly replays: number;
  readonly killed: number;
  readonly what: string;
  /** From the alarm until replay had named the packet and nothing more could be left out. */
  readonly seconds: number;
}

/** What came of a hunt. */
export interface Hunted {
  readonly kills: readonly Kill[];
  readonly cases: number;
  readonly alarms: number;
  /** Alarms that no replay brought back: a busy machine, or a fault that needs luck. */
  readonly unexplained: number;
}

const REPLAYS = 3;
/** Cases before an alarm that may have had a part in it. */
const WINDOW = 64;
const MOST_PROBES = 200;
/** Crashes of one kind of PDU after which it is left alone, as boofuzz does with a primitive. */
const MOST_OF_A_KIND = 3;

/** A case that replay has shown to be to blame. */
interface Culprit {
  readonly one: BleCase;
  readonly killed: number;
}

/** Runs cases one after the other, replays what precedes an alarm, and cuts down the packet that is to blame. */
export class KillHunt {
  readonly #target: HuntTarget;
  readonly #say: (kill: Kill) => void;
  readonly #kills = new Map<string, Kill>();
  readonly #crashes = new Map<string, number>();
  #recent: readonly BleCase[] = [];

  /** `say` is told of each kill when it is confirmed. */
  constructor(target: HuntTarget, say: (kill: Kill) => void = () => undefined) {
    this.#target = target;
    this.#say = say;
  }

  async run(cases: readonly BleCase[]): Promise<Hunted> {
    const tally = { cases: 0, alarms: 0, unexplained: 0 };
    for (const [index, one] of cases.entries()) {
      if ((this.#crashes.get(kindOf(one)) ?? 0) >= MOST_OF_A_KIND) continue;
      tally.cases += 1;
      this.#recent = [...this.#recent.slice(1 - WINDOW), one];
      const { reaction, what } = await this.#target.run(one);
      if (reaction === 'alive') continue;
      tally.alarms += 1;
      if (!(await this.#explain(one, index, what))) tally.unexplained += 1;
      this.#recent = [];
    }
    return { ...tally, kills: [...this.#kills.values()] };
  }

  /** Finds the packet behind an alarm; false where no replay brings it back, or one packet is not enough. */
  async #explain(last: BleCase, index: number, what: string): Promise<boolean> {
    if (this.#known(kindOf(last))) return true;
    const began = performance.now();
    const culprit = (await this.#replayed(last)) ?? (await this.#searched());
    if (culprit === null) return false;
    const { one, killed } = culprit;
    const kind = kindOf(one);
    this.#crashes.set(kind, 1);
    const shortest = await this.#cutDown(one);
    const seconds = (performance.now() - began) / 1000;
    const frame = { cid: cidOf(one), packet: bytesOf(one), shortest };
    const kill = { name: one.name, index, ...frame, replays: REPLAYS, killed, what, seconds };
    this.#kills.set(kind, kill);
    this.#say(kill);
    return true;
  }

  /** Whether a kind of PDU has killed before; if so, it is counted. */
  #known(kind: string): boolean {
    const before = this.#crashes.get(kind);
    if (before !== undefined) this.#crashes.set(kind, before + 1);
    return before !== undefined;
  }

  /** The case alone, a few times on a fresh device. */
  async #replayed(one: BleCase): Promise<Culprit | null> {
    let killed = 0;
    for (let replay = 0; replay < REPLAYS; replay++) if (await this.#does([one])) killed += 1;
    return killed === 0 ? null : { one, killed };
  }

  /** The one case of those before that does it, where there is such a one. */
  async #searched(): Promise<Culprit | null> {
    const { items } = await ddmin(this.#recent, (fewer) => this.#does(fewer), MOST_PROBES);
    const [one] = items;
    return one !== undefined && items.length === 1 ? this.#replayed(one) : null;
  }

  /** The packet without what it does not need to kill; its first byte, which says what it is, stays. */
  async #cutDown(one: BleCase): Promise<Uint8Array> {
    const [opcode = 0, ...rest] = bytesOf(one);
    const frame = (bytes: readonly number[]) =>
      frameCase(one.name, cidOf(one), Uint8Array.of(opcode, ...bytes));
    if (await this.#does([frame([])])) return Uint8Array.of(opcode);
    const { items } = await ddmin(rest, (fewer) => this.#does([frame(fewer)]), MOST_PROBES);
    return Uint8Array.of(opcode, ...items);
  }

  /** Whether cases in a row raise an alarm on a fresh device. */
  async #does(cases: readonly BleCase[]): Promise<boolean> {
    await this.#target.restart();
    for (const one of cases) if ((await this.#target.run(one)).reaction !== 'alive') return true;
    return false;
  }
}

const frameOf = ({ steps }: BleCase) => {
  const [step] = steps;
  return step?.do === 'frame' ? step : { cid: 0, bytes: new Uint8Array() };
};
const cidOf = (one: BleCase) => frameOf(one).cid;
const bytesOf = (one: BleCase) => frameOf(one).bytes;
/** Channel and first byte: the kind of PDU. */
const kindOf = (one: BleCase) => `${cidOf(one)} ${bytesOf(one)[0] ?? 'empty'}`;
