import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dice, type Dice, seedFor } from '#core/dice.ts';
import type { Peer, PeerOptions, PeerResult } from '#codecs/peers/peer.ts';
import { RealClock } from '#drivers/clock.ts';
import { gdbThere, runGdb } from '#drivers/peers/probe/gdb.ts';
import { StubMachine } from '#drivers/peers/probe/stub.ts';
import { GdbClient } from '#drivers/probe/gdb-client.ts';

/**
 * Our GDB client against gdb itself, on one target: QEMU's micro:bit. What one writes the other must read: flash, RAM and
 * registers. A hardware probe's server is not among them: there is none without hardware.
 */
export const peer: Peer = { name: 'probe-gdb', tool: 'gdb-multiarch on QEMU’s gdb stub', run };

/** A piece of memory and what it is to hold. */
interface Piece {
  readonly address: number;
  readonly bytes: Uint8Array;
}

const FLASH = { address: 0, size: 0x4_0000 };
const RAM = { address: 0x2000_0000, size: 0x4000 };
const LONGEST = 5000;
const REGISTERS = 13;
/** Pieces in one start of gdb. */
const BATCH = 25;

async function run(options: PeerOptions): Promise<PeerResult> {
  if (!(await gdbThere())) {
    return { compared: 0, differ: 0, skipped: 'gdb-multiarch is missing (apt-get install gdb-multiarch)' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'assay-gdb-'));
  let differ = 0;
  let compared = 0;
  try {
    await using machine = await StubMachine.start(folder);
    for (let round = 0; compared < options.count; round++) {
      const roll = dice(seedFor(options.seed, round));
      const differences = [
        ...(await oursRead(machine, roll, folder)),
        ...(await theirsRead(machine, roll, folder)),
        ...(await registersRead(machine, roll)),
      ];
      for (const difference of differences) options.log(`round ${round}: ${difference}`);
      differ += differences.length;
      compared += 2 * BATCH + REGISTERS;
    }
    return { compared, differ };
  } catch (error) {
    if ((error as { code?: string }).code !== 'qemu-missing') throw error;
    return {
      compared: 0,
      differ: 0,
      skipped: 'qemu-system-arm is missing (apt-get install qemu-system-arm)',
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pieces that do not overlap, in both memories. */
function pieces(roll: Dice): readonly Piece[] {
  return Array.from({ length: BATCH }, (_, index) => {
    const region = roll(2) === 0 ? FLASH : RAM;
    const share = Math.floor(region.size / BATCH);
    const length = 1 + roll(Math.min(LONGEST, share) - 1);
    const address = region.address + index * share + roll(share - length + 1);
    return { address, bytes: Uint8Array.from({ length }, () => roll(256)) };
  });
}

async function withClient<T>(machine: StubMachine, work: (client: GdbClient) => Promise<T>): Promise<T> {
  const options = { signal: AbortSignal.timeout(60_000) };
  const client = await GdbClient.open({ path: machine.socket }, new RealClock(), options);
  try {
    return await work(client);
  } finally {
    client.close();
  }
}

const calm = () => ({ signal: AbortSignal.timeout(60_000) });
const nameOf = ({ address, bytes }: Piece) => `${bytes.length} bytes at 0x${address.toString(16)}`;

/** gdb writes, our client reads. */
async function oursRead(machine: StubMachine, roll: Dice, folder: string): Promise<readonly string[]> {
  const written = pieces(roll);
  const commands = written.map(({ address, bytes }, index) => {
    const file = join(folder, `in${index}`);
    writeFileSync(file, bytes);
    return `restore ${file} binary 0x${address.toString(16)}`;
  });
  await runGdb(machine.socket, commands);
  return withClient(machine, async (client) => {
    const differing: string[] = [];
    for (const piece of written) {
      const read = await client.read(piece.address, piece.bytes.length, calm());
      if (Buffer.compare(read, piece.bytes) !== 0) differing.push(`we read other ${nameOf(piece)}`);
    }
    return differing;
  });
}

/** Our client writes, gdb reads. */
async function theirsRead(machine: StubMachine, roll: Dice, folder: string): Promise<readonly string[]> {
  const written = pieces(roll);
  await withClient(machine, async (client) => {
    for (const { address, bytes } of written) await client.write(address, bytes, calm());
  });
  const commands = written.map(({ address, bytes }, index) => {
    const [from, to] = [address, address + bytes.length].map((at) => `0x${at.toString(16)}`);
    return `dump binary memory ${join(folder, `out${index}`)} ${from} ${to}`;
  });
  await runGdb(machine.socket, commands);
  return written.flatMap((piece, index) =>
    Buffer.compare(readFileSync(join(folder, `out${index}`)), piece.bytes) === 0
      ? []
      : [`gdb reads other ${nameOf(piece)}`],
  );
}

/** Our client sets registers, gdb prints them, and our client reads them back. */
async function registersRead(machine: StubMachine, roll: Dice): Promise<readonly string[]> {
  const values = Array.from({ length: REGISTERS }, () => roll(2 ** 32));
  const own = await withClient(machine, async (client) => {
    for (const [number, value] of values.entries()) await client.setRegister(number, value, calm());
    return client.registers(calm());
  });
  const text = await runGdb(
    machine.socket,
    values.map((_, number) => `printf "reg %u %u\\n", ${number}, (unsigned int)$r${number}`),
  );
  const printed = new Map(
    [...text.matchAll(/^reg (\d+) (\d+)$/gm)].map(([, number, value]) => [Number(number), Number(value)]),
  );
  const registers = [...values.entries()];
  const ours = registers.filter(([number, value]) => own[number] !== value);
  const theirs = registers.filter(([number, value]) => printed.get(number) !== value);
  return [
    ...ours.map(([number]) => `we read another r${number}`),
    ...theirs.map(([number]) => `gdb reads another r${number}`),
  ];
}
