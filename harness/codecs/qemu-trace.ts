/** A write by a machine's processor to something that is not RAM: a register, or flash behind its controller. */
export interface DeviceWrite {
  readonly address: number;
  readonly value: number;
  readonly size: number;
  /** As QEMU calls the region: `nrf51_soc.flash`. */
  readonly region: string;
}

/** Longest line kept; QEMU's are of 120 characters. */
const MAX_LINE = 1024;

const LINE =
  /memory_region_ops_write cpu -?\d+ mr 0x[0-9a-f]+ addr 0x([0-9a-f]{1,16}) value 0x([0-9a-f]{1,16}) size ([1248]) name '([^']{0,64})'$/;

/**
 * Reads the log of QEMU's trace event `memory_region_ops_write`, whatever the chunking; other lines are passed over. Never
 * throws; holds at most one line.
 */
export class QemuTrace {
  #rest = '';

  push(text: string): readonly DeviceWrite[] {
    const lines = (this.#rest + text).split('\n');
    this.#rest = (lines.pop() ?? '').slice(-MAX_LINE);
    return lines.map(writeIn).filter((write) => write !== null);
  }
}

function writeIn(line: string): DeviceWrite | null {
  if (line.length > MAX_LINE) return null;
  const [, address, value, size, region] = LINE.exec(line) ?? [];
  if (address === undefined || value === undefined || region === undefined) return null;
  return {
    address: Number.parseInt(address, 16),
    value: Number.parseInt(value, 16),
    size: Number(size),
    region,
  };
}
