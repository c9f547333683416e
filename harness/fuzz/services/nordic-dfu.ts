import { DFU_OBJECT, DFU_OP } from '#codecs/dfu-transport.ts';
import { blob, u16, u32, u8 } from '#codecs/ble/layout.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import { handleOf, type ServiceGrammar } from '#fuzz/services/grammar.ts';
import { layoutMessage } from '#fuzz/services/layout-message.ts';
import type { ServiceMove, ServiceSession } from '#fuzz/services/session.ts';

const PLAIN = [u8('op')] as const;
const CREATE = [u8('op'), u8('object'), u32('size')] as const;
const SELECT = [u8('op'), u8('object')] as const;
const RECEIPTS = [u8('op'), u16('count')] as const;
const PIECE = [blob('bytes')] as const;
/** An init packet that is none; the boot loader refuses it when it is executed. */
const INIT = Uint8Array.from({ length: 64 }, (_, index) => index);
const PIECE_SIZE = 16;

function sessions(control: number, packet: number): readonly ServiceSession[] {
  const say = (message: ReturnType<typeof layoutMessage>): ServiceMove => ({
    do: 'write',
    handle: control,
    message,
  });
  const plain = (name: string, op: number) => say(layoutMessage(name, PLAIN, { op }));
  const select = (object: number) => say(layoutMessage('select', SELECT, { op: DFU_OP.select, object }));
  const create = (object: number, size: number) =>
    say(layoutMessage('create', CREATE, { op: DFU_OP.create, object, size }));
  const pieces = Array.from({ length: INIT.length / PIECE_SIZE }, (_, index): ServiceMove => {
    const bytes = INIT.slice(index * PIECE_SIZE, (index + 1) * PIECE_SIZE);
    return { do: 'command', handle: packet, message: layoutMessage('piece', PIECE, { bytes }) };
  });
  const [crc, execute] = [plain('checksum', DFU_OP.crc), plain('execute', DFU_OP.execute)];
  return [
    {
      name: 'DFU questions',
      moves: [
        plain('protocol version', DFU_OP.protocolVersion),
        plain('MTU', DFU_OP.mtu),
        plain('hardware version', DFU_OP.hardwareVersion),
        plain('firmware version', DFU_OP.firmwareVersion),
      ],
    },
    {
      name: 'DFU init packet',
      moves: [
        say(layoutMessage('receipts', RECEIPTS, { op: DFU_OP.setReceipts, count: 2 })),
        select(DFU_OBJECT.command),
        create(DFU_OBJECT.command, INIT.length),
        ...pieces,
        crc,
        execute,
      ],
    },
    {
      name: 'DFU firmware without init packet',
      moves: [select(DFU_OBJECT.data), create(DFU_OBJECT.data, 4096), ...pieces, crc, execute],
    },
  ];
}

/** Nordic's Secure DFU. */
export const NORDIC_DFU_GRAMMAR: ServiceGrammar = {
  id: 'nordic-dfu',
  title: 'Nordic Secure DFU',
  sessions: (seen) => {
    if (seen.uuid !== UUID.nordicDfu) return null;
    const [control, packet] = [handleOf(seen, UUID.dfuControl), handleOf(seen, UUID.dfuPacket)];
    return control === null || packet === null ? null : sessions(control, packet);
  },
};
