import { BLUFI, BLUFI_FRAME, BLUFI_NEGOTIATION, bluFiType } from '#codecs/ble/blufi.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { handleOf, type ServiceGrammar } from '#fuzz/services/grammar.ts';
import { layoutMessage } from '#fuzz/services/layout-message.ts';
import type { Overridable } from '#fuzz/services/overridable.ts';
import type { ServiceSession } from '#fuzz/services/session.ts';

const { control, data, flag } = BLUFI;
const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const joined = (...parts: readonly (Uint8Array | readonly number[])[]) =>
  Uint8Array.from(Buffer.concat(parts.map((part) => Uint8Array.from(part))));

/** A frame; the number is that of a session's nth frame. */
function frame(name: string, sequence: number, type: number, content: Uint8Array, flags = 0): Overridable {
  return layoutMessage(name, BLUFI_FRAME, { type, flags, sequence, content });
}

/** Prime, generator and public key of a negotiation, each behind its length, highest byte first. */
const PARAMETERS = joined([0, 4], ascii('pppp'), [0, 1, 2], [0, 4], ascii('kkkk'));

function sessions(handle: number): readonly ServiceSession[] {
  const write = (message: Overridable) => ({ do: 'write', handle, message }) as const;
  const command = (name: string, sequence: number, subtype: number, content = new Uint8Array()) =>
    write(frame(name, sequence, bluFiType(BLUFI.kind.control, subtype), content));
  const given = (name: string, sequence: number, subtype: number, content: Uint8Array, flags = 0) =>
    write(frame(name, sequence, bluFiType(BLUFI.kind.data, subtype), content, flags));
  const { length } = PARAMETERS;
  const half = Math.ceil(length / 2);
  const whole = joined([BLUFI_NEGOTIATION.parameters], PARAMETERS);
  return [
    {
      name: 'BluFi negotiation',
      moves: [
        given(
          'parameter length',
          0,
          data.negotiation,
          Uint8Array.of(BLUFI_NEGOTIATION.length, length >> 8, length & 0xff),
        ),
        given('parameters', 1, data.negotiation, whole),
      ],
    },
    {
      name: 'BluFi negotiation in fragments',
      moves: [
        given(
          'parameter length',
          0,
          data.negotiation,
          Uint8Array.of(BLUFI_NEGOTIATION.length, length >> 8, length & 0xff),
        ),
        given(
          'first fragment',
          1,
          data.negotiation,
          joined([whole.length, 0], whole.slice(0, half)),
          flag.fragment,
        ),
        given('last fragment', 2, data.negotiation, whole.slice(half)),
      ],
    },
    {
      name: 'BluFi credentials',
      moves: [
        command('security mode', 0, control.securityMode, Uint8Array.of(0)),
        command('mode', 1, control.mode, Uint8Array.of(1)),
        given('SSID', 2, data.ssid, ascii('assay-bench')),
        given('password', 3, data.password, ascii('assay-password')),
        command('connect', 4, control.connect),
        command('status', 5, control.status),
      ],
    },
    {
      name: 'BluFi enterprise',
      moves: [
        given('user name', 0, data.userName, ascii('assay')),
        given('authority', 1, data.authority, ascii('-----BEGIN')),
        given('custom data', 2, data.custom, ascii('custom')),
        command('version', 3, control.version),
      ],
    },
  ];
}

/** Espressif's BluFi. */
export const BLUFI_GRAMMAR: ServiceGrammar = {
  id: 'blufi',
  title: 'BluFi',
  sessions: (seen) => {
    const handle = seen.uuid === UUID.bluFi ? handleOf(seen, UUID.bluFiWrite) : null;
    return handle === null ? null : sessions(handle);
  },
};
