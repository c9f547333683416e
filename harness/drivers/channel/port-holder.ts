import { readdir, readFile, readlink, realpath } from 'node:fs/promises';

/** A process that has a port open. */
export interface PortHolder {
  readonly pid: number;
  /** Its command, as `ps` shows it: `picocom`. */
  readonly command: string;
}

/**
 * Other processes that have the port open, as far as the operating system shows them to us: Linux tells of our own
 * user's processes, or of all to root. Elsewhere none. Who serves a pseudo-terminal is no holder of it.
 */
export async function holdersOf(path: string): Promise<readonly PortHolder[]> {
  try {
    const device = await realpath(path);
    const pids = (await readdir('/proc')).filter(
      (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
    );
    const found = await Promise.all(pids.map((pid) => holds(pid, device)));
    return await Promise.all(pids.filter((_, index) => found[index]).map(describe));
  } catch {
    return [];
  }
}

/** `picocom (process 4711)`, or null where nobody is known to hold the port. */
export async function holdersText(path: string): Promise<string | null> {
  const holders = await holdersOf(path);
  if (holders.length === 0) return null;
  return holders.map(({ pid, command }) => `${command} (process ${pid})`).join(', ');
}

async function holds(pid: string, device: string): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(`${folder}/${name}`).catch(() => '')));
  if (!targets.includes(device)) return false;
  const masters = names.filter((_, index) => targets[index]?.endsWith('/ptmx'));
  const indexes = await Promise.all(masters.map((name) => terminalOf(pid, name)));
  return !indexes.some((index) => device === `/dev/pts/${index}`);
}

/** Number of the pseudo-terminal that a master belongs to. */
async function terminalOf(pid: string, descriptor: string): Promise<string | undefined> {
  const info = await readFile(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8').catch(() => '');
  return /^tty-index:\s*(\d+)$/m.exec(info)?.[1];
}

async function describe(pid: string): Promise<PortHolder> {
  const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a process');
  return { pid: Number(pid), command: command.trim() };
}
