import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { isAssayError } from '#core/errors.ts';
import { defineBench, type Bench } from '#core/rig.ts';
import { calm } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';
import { openPty, type Pty } from '#drivers/channel/pty.ts';
import { serial } from '#drivers/channel/serial.ts';
import { RealClock } from '#drivers/clock.ts';
import { manualPower } from '#drivers/power/manual.ts';
import { inThisThread } from '#engine/executor.ts';
import { runTiny, temporaryFolder } from '#engine/tiny-run.fixture.ts';
import { tinyControl } from '#engine/tiny-suite.fixture.ts';
import { nrf52840Dk } from './board.ts';
import { Twin } from './twin.ts';

/** Longest wait for golden, where nothing will come and where something will; a real bench waits longer. */
const HOPELESS_MS = 600;
const GOLDEN_MS = 1500;
const ATTACKS = [tinyControl];

/** What happens on the line. */
interface Trouble {
  /** What becomes of bytes from the board; as they are where left out. */
  readonly fromBoard?: (bytes: Uint8Array) => readonly Uint8Array[];
  /** Whether bytes to the board arrive. */
  readonly isDeaf?: boolean;
  /** Called once when the bench first says something. */
  readonly onAsked?: (line: Line) => void;
}

interface Line {
  readonly twin: Twin;
  readonly pty: Pty;
}

/** A twin in real time behind a terminal, wired up as if it were hardware. */
async function wired(trouble: Trouble, folder: string): Promise<Line> {
  const twin = new Twin(new RealClock(), new Set());
  // A name of its own: the system gives the number of a terminal that went away to the next that comes.
  const pty = await openPty({ link: join(folder, 'board') });
  const line = { twin, pty };
  const up = async () => {
    let isAsked = false;
    for await (const bytes of pty.incoming) {
      if (!isAsked) trouble.onAsked?.(line);
      isAsked = true;
      if (trouble.isDeaf !== true) void twin.uart.host.write(bytes, calm()).catch(() => undefined);
    }
  };
  const down = async () => {
    for await (const bytes of twin.uart.host.incoming) {
      for (const piece of trouble.fromBoard?.(bytes) ?? [bytes]) await pty.write(piece, calm());
    }
  };
  void up();
  void down();
  return line;
}

function benchOf({ twin, pty }: Line, deadlineMs: number): Bench {
  const power = manualPower((request) => {
    if (request.startsWith('Connect')) twin.device.powerOn();
    else if (request.startsWith('Disconnect')) twin.device.powerOff();
    else twin.device.pullReset();
    return Promise.resolve();
  }, 'the twin');
  const entry = nrf52840Dk({ channel: serial({ path: pty.path, reconnectMs: 200 }), power });
  const open: typeof entry.open = async (options) => {
    const rig = await entry.open(options);
    return { ...rig, prepare: (call) => rig.prepare({ ...call, deadlineMs }) };
  };
  return defineBench({ id: 'line', title: 'A line with trouble', boards: [{ ...entry, open }] });
}

/** Descriptors of ours that lead to a terminal. */
function holds(device: string): boolean {
  return readdirSync('/proc/self/fd').some((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`).startsWith(device);
    } catch {
      return false;
    }
  });
}

/** Runs the control on such a line: its verdict, what the record says, and what was left behind. */
async function outcome(context: Mocha.Context, folder: string, trouble: Trouble) {
  const line = await wired(trouble, folder).catch((error) => {
    if (isAssayError(error) && error.code === 'no-socat') skipBecause(context, 'no socat');
    throw error;
  });
  const device = realpathSync(line.pty.path);
  const bench = benchOf(line, trouble.isDeaf === true ? HOPELESS_MS : GOLDEN_MS);
  try {
    const { records } = await runTiny(folder, {
      bench,
      attacks: ATTACKS,
      executor: inThisThread(bench, ATTACKS),
    });
    const [record] = records;
    const isPowered = line.twin.device.powered;
    return { verdict: record?.verdict, observed: record?.observed ?? '', isHeld: holds(device), isPowered };
  } finally {
    line.twin.device.powerOff();
    await line.pty.close();
  }
}

const garbage = Uint8Array.from({ length: 64 }, (_, index) => (index * 89 + 7) & 0xff);
/** A byte that another speed makes of one: its edges fall elsewhere. */
const atAnotherSpeed = (bytes: Uint8Array) => [bytes.map((byte) => ((byte * 7) ^ 0x5a) | 0x80)];

const CASES: readonly (readonly [what: string, trouble: Trouble, cause: RegExp])[] = [
  [
    'an unplugged cable',
    { onAsked: ({ pty }) => void pty.close() },
    /serial port \S+ is gone[^]*try: +check the cable/,
  ],
  [
    'a device that never answers',
    { isDeaf: true },
    /does not run its golden image[^]*no answer to SMP read 1\/0[^]*last console lines: .*assay-fw[^]*try:/,
  ],
  ['a device that says nothing at all', { fromBoard: () => [], isDeaf: true }, /no console output[^]*try:/],
  [
    'the wrong speed',
    { fromBoard: atAnotherSpeed, isDeaf: true },
    /does not run its golden image[^]*last console lines: .*[^]*try: +check power and console/,
  ],
  [
    'frames that are cut short',
    { fromBoard: (bytes) => (bytes[0] === 6 ? [bytes.subarray(0, bytes.length >> 1)] : [bytes]) },
    /no answer to SMP read 1\/0[^]*try:/,
  ],
  [
    'garbage in every frame',
    { fromBoard: (bytes) => [bytes.subarray(0, 9), garbage, bytes.subarray(9)] },
    /no answer to SMP read 1\/0[^]*try:/,
  ],
  [
    'a device that answers for ever',
    {
      fromBoard: (bytes) =>
        Array.from({ length: 400 }, () => Buffer.concat([bytes.subarray(0, 30), garbage])),
    },
    /does not run its golden image[^]*last console lines[^]*try:/,
  ],
];

describe('trouble on a serial line, from end to end', () => {
  const folder = temporaryFolder();

  for (const [what, trouble, cause] of CASES) {
    it(`${what}: verdict error with cause and remedy, board powered, port released`, async function () {
      this.timeout(20_000);
      const { verdict, observed, isHeld, isPowered } = await outcome(this, folder(), trouble);
      assert.equal(verdict, 'error', observed);
      assert.match(observed, cause);
      assert.deepEqual({ isHeld, isPowered }, { isHeld: false, isPowered: true });
    });
  }

  it('a port that another program takes as well: error, names it, and lets go', async function () {
    this.timeout(20_000);
    let thief: ReturnType<typeof spawn> | undefined;
    const steal = ({ pty }: Line) => (thief = spawn('sh', ['-c', 'exec 3<>"$0"; read wait', pty.path]));
    try {
      const trouble = { fromBoard: () => [], onAsked: (line: Line) => void steal(line) };
      const { verdict, observed, isHeld } = await outcome(this, folder(), trouble);
      assert.equal(verdict, 'error', observed);
      assert.match(observed, /another program opened the serial port[^]*sh \(process \d+\)[^]*try: +close/);
      assert.equal(isHeld, false);
    } finally {
      thief?.kill();
    }
  });

  it('garbage between frames does no harm', async function () {
    this.timeout(20_000);
    const noisy = (bytes: Uint8Array) => [garbage, Uint8Array.of(0x0a), bytes, garbage, Uint8Array.of(0x0a)];
    const { verdict, observed } = await outcome(this, folder(), { fromBoard: noisy });
    assert.equal(verdict, 'pass', observed);
  });
});
