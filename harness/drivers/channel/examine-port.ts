import { constants } from 'node:fs';
import { access, readdir, readFile, realpath } from 'node:fs/promises';
import type { BenchCheck } from '#core/bench-check.ts';
import { holdersOf } from '#drivers/channel/port-holder.ts';
import { stayingNames } from '#drivers/usb/by-id.ts';

/** What can be seen of a serial port without opening it: is it there, is it ours, is it free, will its name stay? */
export async function examinePort(path: string): Promise<readonly BenchCheck[]> {
  const device = await realpath(path).catch(() => null);
  if (device === null) {
    const seen = `there is no ${path}`;
    return [
      { check: 'port', state: 'broken', seen, mend: 'plug the board in, then: ls -l /dev/serial/by-id' },
    ];
  }
  const checks = await Promise.all([rights(path), lock(path), name(path, device), modemManager()]);
  return checks.filter((check) => check !== null);
}

async function rights(path: string): Promise<BenchCheck> {
  const check = 'port-access';
  try {
    await access(path, constants.R_OK | constants.W_OK);
    return { check, state: 'well', seen: `${path} may be read and written` };
  } catch {
    const mend = 'sudo usermod -aG dialout "$USER", then log out and in again';
    return { check, state: 'broken', seen: `your user may not open ${path}`, mend };
  }
}

async function lock(path: string): Promise<BenchCheck> {
  const check = 'port-lock';
  const [holder] = await holdersOf(path);
  if (holder === undefined) return { check, state: 'well', seen: 'nobody else is seen to have it open' };
  const seen = `${holder.command} (process ${holder.pid}) has it open`;
  return { check, state: 'broken', seen, mend: `close ${holder.command}, or: kill ${holder.pid}` };
}

/** `/dev/ttyACM0` is another board after the next power cycle. */
async function name(path: string, device: string): Promise<BenchCheck | null> {
  const check = 'port-name';
  if (!/^\/dev\/tty(?:ACM|USB)\d+$/.test(path)) return null;
  const staying = (await stayingNames()).get(device);
  const mend = staying === undefined ? 'write a udev rule that names it' : `in the bench file: ${staying}`;
  return { check, state: 'doubtful', seen: `${path} is given out anew at each power cycle`, mend };
}

/** ModemManager opens new serial ports and talks to them. */
async function modemManager(): Promise<BenchCheck | null> {
  const pids = (await readdir('/proc').catch(() => [])).filter((entry) => /^\d+$/.test(entry));
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  if (!names.some((text) => text.trim() === 'ModemManager')) return null;
  const seen = 'ModemManager runs, and talks to serial ports that appear';
  return {
    check: 'modem-manager',
    state: 'doubtful',
    seen,
    mend: 'sudo systemctl disable --now ModemManager',
  };
}
