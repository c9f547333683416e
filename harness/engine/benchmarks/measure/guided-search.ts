import { dice } from '#core/dice.ts';
import { sha256Hex } from '#core/digest.ts';
import { parseAddress } from '#codecs/ble/address.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { BleRadio } from '#drivers/radio/ble-radio.ts';
import { BleGuide } from '#fuzz/ble-guide.ts';
import { Air } from '#virtual/ble/air.ts';
import { VirtualController } from '#virtual/ble/controller.ts';
import { PERIPHERAL_UUID, peripheralHandle } from '#virtual/ble/peripheral-database.ts';
import { BlePeripheral } from '#virtual/ble/peripheral.ts';
import { SimClock } from '#virtual/sim-clock.ts';

/** A search for what a flawed peripheral does wrong. */
export interface Search {
  readonly flaw: string;
  readonly guided: boolean;
  readonly seed: number;
  readonly most: number;
}

/** What became of a search. */
export interface Searched {
  /** Cases up to the one that found it; null: it was not found. */
  readonly found: number | null;
  /** SHA-256 over the bytes of all cases. */
  readonly sent: string;
}

const TARGET = 'C4:00:00:00:00:02/random';
const CALM = { signal: new AbortController().signal };

/** The virtual peripheral with one flaw, and our way to it. */
async function opened(flaw: string) {
  const clock = new SimClock();
  const air = new Air(clock);
  const address = parseAddress(TARGET);
  const peripheral = new BlePeripheral({ air, address, flaws: new Set([flaw]), random: dice(1) });
  const none = new Uint8Array(6);
  const port = new VirtualController({ name: 'ours', air, address: none, random: dice(2) });
  const handle = (uuid: string) => peripheralHandle(peripheral.database, uuid);
  const handles = { readable: handle(UUID.deviceName), writable: handle(PERIPHERAL_UUID.setting) };
  const identity = { boots: () => [] };
  const { readable } = handles;
  const way = { port, clock, target: TARGET, readable, allow: [TARGET], identity, tail: () => '' };
  return { radio: await BleRadio.open(way, CALM), handles };
}

/** Sends made-up conversations until one takes the peripheral down, at most so many. */
export async function guidedSearch({ flaw, guided, seed, most }: Search): Promise<Searched> {
  const { radio, handles } = await opened(flaw);
  await using _ = radio;
  const guide = new BleGuide({ seed, handles, guided });
  let sent = '';
  for (let cases = 1; cases <= most; cases++) {
    const { bytes } = guide.next();
    sent = sha256Hex(`${sent} ${sha256Hex(bytes)}`);
    const { reaction, bytes: answer } = await radio.inject('ble', bytes, CALM);
    const { alive } = await radio.alive('ble', CALM);
    if (!alive) return { found: cases, sent };
    guide.learn({ reaction, answer, console: [] });
  }
  return { found: null, sent };
}
