import { spawnSync } from 'node:child_process';

/** Whether the emulator is installed. */
export function qemuThere(): boolean {
  return spawnSync('qemu-system-arm', ['--version']).status === 0;
}
