import { digestOf } from '#core/digest.ts';
import { encodeBleCase } from '#codecs/ble/case-text.ts';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import { CALM, virtualBleTarget } from '#engine/benchmarks/measure/ble-targets.ts';
import type { Soak, SoakAlarm } from '#engine/benchmarks/measure/soak-run.ts';
import {
  attExhaustive,
  bleHavoc,
  l2capExhaustive,
  pairingExhaustive,
  type BleHandles,
} from '#fuzz/ble-cases.ts';

/** Orders of so many pairing PDUs are all tried. */
const ORDERS = 4;

/** Cases by their number: the exhaustive sets first, then random ones without end. */
function casesOf(seed: number, handles: BleHandles) {
  const exhaustive = [...attExhaustive(handles), ...l2capExhaustive(), ...pairingExhaustive(ORDERS)];
  const between = (from: number, to: number): readonly BleCase[] => {
    const first = exhaustive.slice(from, to);
    const beyond = Math.max(from, exhaustive.length) - exhaustive.length;
    return [...first, ...bleHavoc(seed, handles, to - from - first.length, beyond)];
  };
  return { between, set: digestOf(exhaustive.map(({ name }) => name)).slice(0, 16) };
}

/** LE cases against the sound virtual peripheral: every alarm is a false one. */
export const soak: Soak = {
  name: 'ble',
  async open(seed) {
    const { runner, handles, peripheral, adapter } = await virtualBleTarget(() => undefined);
    const { between, set } = casesOf(seed, handles);
    return {
      set,
      async run(from, to) {
        const alarms: SoakAlarm[] = [];
        for (const [at, one] of between(from, to).entries()) {
          const { reaction, what } = await runner.run(one, CALM);
          if (reaction === 'alive') continue;
          const bytes = Buffer.from(encodeBleCase(one)).toString('utf8');
          alarms.push({ index: from + at, name: one.name, what: `${reaction}: ${what}`, case: bytes });
        }
        return alarms;
      },
      leftovers() {
        const lost = adapter.flow.buffers.aclCount - adapter.flow.credits;
        const restarts = peripheral.boots - 1;
        return [
          ...(lost === 0 ? [] : [`${lost} credits of the controller are lost`]),
          ...(restarts === 0 ? [] : [`the sound peripheral restarted ${restarts} times`]),
        ];
      },
    };
  },
};
