import type { CallOptions } from '#core/capabilities.ts';
import { ATT_OVERHEAD, fragmentSmp, SmpReassembler } from '#codecs/smp-fragments.ts';
import type { SmpLink } from '#drivers/channel/smp-link.ts';

/** The SMP characteristic of a connected board, as a BLE stack offers it. */
export interface SmpCharacteristic {
  /** For errors: the board's address. */
  readonly name: string;
  /** ATT MTU that was agreed on. */
  readonly mtu: number;
  /** Aborted, with the reason, when the connection ends. */
  readonly closed: AbortSignal;
  /** Write without response of one value. */
  write(value: Uint8Array, options: CallOptions): Promise<void>;
  /** Notifications; gives how to stop listening. */
  onNotification(listener: (value: Uint8Array) => void): () => void;
}

/** SMP over a BLE characteristic: packets cut to the MTU on the way out, joined by their length on the way in. */
export function smpOverCharacteristic(characteristic: SmpCharacteristic): SmpLink {
  const listeners = new Set<(packet: Uint8Array) => void>();
  const reassembler = new SmpReassembler();
  const stop = characteristic.onNotification((value) => {
    const result = reassembler.push(value);
    if (result.kind === 'packet') for (const listener of listeners) listener(result.packet);
  });
  characteristic.closed.addEventListener('abort', stop, { once: true });
  let sending = Promise.resolve();
  const send = async (packet: Uint8Array, options: CallOptions) => {
    for (const part of fragmentSmp(packet, characteristic.mtu - ATT_OVERHEAD)) {
      await characteristic.write(part, options);
    }
  };
  return {
    name: characteristic.name,
    closed: characteristic.closed,
    onPacket: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    // Fragments of two packets must not mix: a server joins them by their order alone.
    sendPacket: (packet, options) => {
      const sent = sending.then(() => send(packet, options));
      sending = sent.catch(() => undefined);
      return sent;
    },
    room: (bufferSize) => bufferSize,
    tail: () => 'no console over BLE',
  };
}
