import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import type { SocketLedger } from '#drivers/channel/socket-ledger.ts';

export interface SettleOptions {
  /** Event-loop turns without any movement after which everybody has had his say. */
  readonly turns?: number;
  /**
   * Milliseconds of silence asked of connections to other processes. More than the 40 ms for which Linux delays an
   * acknowledgement: a broker without TCP_NODELAY holds its next small packet back for as long.
   */
  readonly outsideMs?: number;
  /** Milliseconds after which bytes that nobody reads are given up. */
  readonly patienceMs?: number;
}

/**
 * What a simulated clock awaits before it jumps: all bytes between our own sockets read, the event loop idle for some
 * turns, and other processes silent for a while. Real time, but no guess about our own side.
 */
export function socketSettle(ledger: SocketLedger, options: SettleOptions = {}): () => Promise<void> {
  const { turns = 8, outsideMs = 100, patienceMs = 1000 } = options;
  let outsideSum: number | null = null;
  let outsideAt = 0;

  /** Milliseconds still to wait for other processes. */
  function outsideDue(): number {
    const sum = ledger.outside();
    if (sum !== outsideSum) {
      outsideSum = sum;
      outsideAt = performance.now();
    }
    return sum === null ? 0 : outsideAt + outsideMs - performance.now();
  }

  async function ownQuiet(): Promise<void> {
    let quiet = 0;
    let last = ledger.progress();
    let movedAt = performance.now();
    while (quiet < turns) {
      await turn();
      const now = ledger.progress();
      if (now !== last) movedAt = performance.now();
      const balanced = ledger.balanced();
      quiet = now === last && balanced ? quiet + 1 : 0;
      last = now;
      const stuckMs = performance.now() - movedAt;
      if (!balanced && stuckMs > patienceMs) return;
      if (!balanced && stuckMs > 20) await sleep(1);
    }
  }

  return async () => {
    await ownQuiet();
    for (let due = outsideDue(); due > 0; due = outsideDue()) {
      await sleep(Math.max(1, due));
      await ownQuiet();
    }
  };
}
