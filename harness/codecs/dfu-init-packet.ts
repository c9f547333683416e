import { concatBytes } from '@noble/hashes/utils.js';
import { type DfuDefect, DfuMisfit, orDefect } from '#codecs/dfu-defect.ts';
import { DfuMessage } from '#codecs/dfu-message.ts';
import {
  bytesField,
  varint,
  varintField,
  type WireBytes,
  type WireField,
  writeWire,
} from '#codecs/dfu-wire.ts';

/** `OpCode` of a command. */
export const DFU_OP = { reset: 0, init: 1 } as const;
/** `FwType`: what an update replaces. */
export const DFU_TYPE = {
  application: 0,
  softdevice: 1,
  bootloader: 2,
  softdeviceBootloader: 3,
  externalApplication: 4,
} as const;
/** `HashType`; the boot loader takes SHA-256 only. */
export const DFU_HASH = { none: 0, crc: 1, sha128: 2, sha256: 3, sha512: 4 } as const;
/** `ValidationType`: how the boot loader checks the image at each start. */
export const DFU_VALIDATION = { none: 0, crc: 1, sha256: 2, ecdsa: 3 } as const;
/** `SignatureType`; the boot loader refuses Ed25519. */
export const DFU_SIGNATURE = { ecdsaP256: 0, ed25519: 1 } as const;

/** How the image is to be checked at each start. */
export interface BootValidation {
  readonly type: number;
  /** Empty, or for `ecdsa` the signature over the image, r and s little-endian. */
  readonly bytes: Uint8Array;
}

/** `InitCommand` of `dfu-cc.proto`; null: the field is absent. */
export interface InitCommand {
  readonly fwVersion: number | null;
  readonly hwVersion: number | null;
  /** Firmware ids of the SoftDevices it runs with. */
  readonly sdReq: readonly number[];
  readonly type: number | null;
  readonly sdSize: number | null;
  readonly blSize: number | null;
  readonly appSize: number | null;
  /** The digest with its bytes reversed. */
  readonly hash: { readonly type: number; readonly bytes: Uint8Array } | null;
  readonly isDebug: boolean | null;
  readonly bootValidation: readonly BootValidation[];
}

/** An init packet (`.dat`) taken apart. */
export interface InitPacket {
  /** What is written back. */
  readonly fields: readonly WireField[];
  readonly opCode: number | null;
  readonly init: InitCommand;
  readonly signature: { readonly type: number; readonly bytes: Uint8Array } | null;
  /** The `Command` message as it came. */
  readonly command: Uint8Array;
  /**
   * What a signature is over: the command from the content of its init message to its end (`pb_decoding_callback`), so
   * neither the op code nor anything else before it. Tools write the init message last: there it is that message.
   */
  readonly signedBytes: Uint8Array;
}

/** Longest packet that is read: far more than the 512 bytes that a boot loader has room for. */
const PACKET_LIMIT = 16_384;

/** Takes an init packet apart; unknown fields are kept. Never throws, whatever the bytes. */
export function parseInitPacket(bytes: Uint8Array): InitPacket | DfuDefect {
  return orDefect(() => {
    if (bytes.length > PACKET_LIMIT) {
      throw new DfuMisfit('packet-size', 0, `at most ${PACKET_LIMIT} bytes`, bytes.length);
    }
    const packet = new DfuMessage('Packet', bytes, 0);
    const [plain, signed] = [packet.one(1), packet.one(2)];
    if (plain !== null && signed !== null) {
      throw new DfuMisfit('packet-forms', signed.at, 'a command or a signed command', 'both');
    }
    if (signed !== null) return readSigned(packet.fields, signed);
    return { fields: packet.fields, signature: null, ...readCommand(packet.required(plain, 'a command')) };
  });
}

function readSigned(fields: readonly WireField[], signed: WireBytes): InitPacket {
  const message = new DfuMessage('SignedCommand', signed.value, signed.at);
  const command = message.required(message.one(1), 'command');
  const type = message.required(message.uint32(2), 'signature_type');
  const signature = message.required(message.bytes(3), 'signature');
  return { fields, signature: { type, bytes: signature }, ...readCommand(command) };
}

function readCommand({ value, at }: WireBytes): Omit<InitPacket, 'fields' | 'signature'> {
  const command = new DfuMessage('Command', value, at);
  const init = command.required(command.one(2), 'init');
  return {
    opCode: command.uint32(1),
    init: readInit(new DfuMessage('InitCommand', init.value, init.at)),
    command: value,
    signedBytes: value.slice(init.at - at),
  };
}

function readInit(message: DfuMessage): InitCommand {
  const hash = message.one(8);
  const isDebug = message.uint32(9);
  return {
    fwVersion: message.uint32(1),
    hwVersion: message.uint32(2),
    sdReq: message.uint32s(3),
    type: message.uint32(4),
    sdSize: message.uint32(5),
    blSize: message.uint32(6),
    appSize: message.uint32(7),
    hash: hash === null ? null : readTyped('Hash', hash),
    isDebug: isDebug === null ? null : isDebug !== 0,
    bootValidation: message.many(10).map((one) => readTyped('BootValidation', one)),
  };
}

/** `Hash` and `BootValidation`: a type and bytes, both required. */
function readTyped(name: string, { value, at }: WireBytes): { type: number; bytes: Uint8Array } {
  const message = new DfuMessage(name, value, at);
  return {
    type: message.required(message.uint32(1), 'type'),
    bytes: message.required(message.bytes(2), 'bytes'),
  };
}

/** The bytes of a packet that was taken apart: the same as came. */
export function encodeInitPacket(packet: Pick<InitPacket, 'fields'>): Uint8Array {
  return writeWire(packet.fields);
}

/** The `Command` message around an init command, as protobuf writes it: fields by number, absent ones left out. */
export function encodeCommand(init: InitCommand, opCode: number = DFU_OP.init): Uint8Array {
  return concatBytes(varintField(1, opCode), bytesField(2, encodeInit(init)));
}

/** The packet of an unsigned command. */
export function unsignedPacket(command: Uint8Array): Uint8Array {
  return bytesField(1, command);
}

/** The packet of a signed command; the command's bytes stay as they are. */
export function signedPacket(
  command: Uint8Array,
  signature: Uint8Array,
  type: number = DFU_SIGNATURE.ecdsaP256,
): Uint8Array {
  return bytesField(2, concatBytes(bytesField(1, command), varintField(2, type), bytesField(3, signature)));
}

function encodeInit(init: InitCommand): Uint8Array {
  const number = (field: number, value: number | null) => (value === null ? [] : [varintField(field, value)]);
  return concatBytes(
    ...number(1, init.fwVersion),
    ...number(2, init.hwVersion),
    ...(init.sdReq.length === 0 ? [] : [bytesField(3, concatBytes(...init.sdReq.map(varint)))]),
    ...number(4, init.type),
    ...number(5, init.sdSize),
    ...number(6, init.blSize),
    ...number(7, init.appSize),
    ...(init.hash === null ? [] : [bytesField(8, encodeTyped(init.hash))]),
    ...number(9, init.isDebug === null ? null : Number(init.isDebug)),
    ...init.bootValidation.map((one) => bytesField(10, encodeTyped(one))),
  );
}

function encodeTyped({ type, bytes }: { readonly type: number; readonly bytes: Uint8Array }): Uint8Array {
  return concatBytes(varintField(1, type), bytesField(2, bytes));
}
