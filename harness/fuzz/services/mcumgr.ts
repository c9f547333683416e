import { UUID } from '#codecs/ble/uuid.ts';
import { handleOf, type ServiceGrammar } from '#fuzz/services/grammar.ts';
import { isDestructive, validRequests } from '#fuzz/smp-messages.ts';
import type { MessageField, Overridable } from '#fuzz/services/overridable.ts';
import { SMP_HEADER } from '#codecs/smp.ts';

/** Numbers of the header, highest byte first (see `encodeSmpHeader`), and where they are. */
const HEADER = [
  { path: 'operation', at: 0, bits: 8 },
  { path: 'flags', at: 1, bits: 8 },
  { path: 'length', at: 2, bits: 16 },
  { path: 'group', at: 4, bits: 16 },
  { path: 'sequence', at: 6, bits: 8 },
  { path: 'command', at: 7, bits: 8 },
] as const;

/** A request whose header and payload can be overridden; what would restart or erase the board is sent as it was. */
function request(name: string, packet: Uint8Array): Overridable {
  const view = new DataView(Uint8Array.from(packet).buffer);
  const payload = packet.slice(SMP_HEADER);
  const numbers = HEADER.map(({ path, at, bits }): MessageField => {
    const value = bits === 8 ? view.getUint8(at) : view.getUint16(at);
    return { path, kind: path === 'length' ? 'size' : 'number', bits, value };
  });
  return {
    name,
    fields: [...numbers, { path: 'payload', kind: 'bytes', value: payload }],
    encode: (overrides = {}) => {
      const told = overrides['payload'];
      const body = told instanceof Uint8Array ? told : payload;
      const whole = Uint8Array.from([...packet.subarray(0, SMP_HEADER), ...body]);
      const header = new DataView(whole.buffer);
      if (told !== undefined) header.setUint16(2, body.length);
      for (const { path, at, bits } of HEADER) {
        const value = overrides[path];
        if (typeof value !== 'number') continue;
        if (bits === 8) header.setUint8(at, value);
        else header.setUint16(at, value);
      }
      return isDestructive(whole) ? packet : whole;
    },
  };
}

/** mcumgr over its GATT service: one packet in each write. */
export const MCUMGR_GRAMMAR: ServiceGrammar = {
  id: 'mcumgr',
  title: 'mcumgr',
  sessions: (seen) => {
    const handle = seen.uuid === UUID.mcumgr ? handleOf(seen, UUID.mcumgrData) : null;
    if (handle === null) return null;
    return validRequests().map(([name, packet]) => ({
      name: 'mcumgr',
      moves: [{ do: 'command', handle, message: request(name, packet) }],
    }));
  },
};
