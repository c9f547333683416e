import { ATT_MTU } from '#codecs/ble/att.ts';
import { PROPERTY } from '#codecs/ble/gatt-database.ts';
import { UUID } from '#codecs/ble/uuid.ts';
import {
  DFU_INIT_LIMIT,
  DFU_OBJECT,
  DFU_OP,
  encodeDfuResponse,
  readDfuWords,
} from '#codecs/dfu-transport.ts';
import type { PeripheralService, ServiceHost } from '#virtual/ble/peripheral-service.ts';
import type { Answer } from '#virtual/nordic-dfu/target-answer.ts';
import { DfuRequests } from '#virtual/nordic-dfu/target-requests.ts';

/** Nobody here has the key: every init packet is refused. */
const LOCKED = { begin: () => 'signature' as const };

/** Nordic's Secure DFU over its service, as a boot loader without our key has it. */
export class DfuService implements PeripheralService {
  readonly spec = {
    uuid: UUID.nordicDfu,
    characteristics: [
      {
        uuid: UUID.dfuControl,
        properties: PROPERTY.write | PROPERTY.notify,
        written: (value: Uint8Array): null => {
          this.#control(value);
          return null;
        },
      },
      {
        uuid: UUID.dfuPacket,
        properties: PROPERTY.writeCommand,
        written: (value: Uint8Array): null => {
          this.#piece(value);
          return null;
        },
      },
    ],
  };
  readonly #host: ServiceHost;
  #requests = new DfuRequests(LOCKED, ATT_MTU.most);
  /** Bytes that the object was created for, and that came. */
  #size = 0;
  #came = 0;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  begin(): void {
    this.#requests = new DfuRequests(LOCKED, ATT_MTU.most);
    [this.#size, this.#came] = [0, 0];
  }

  #control(value: Uint8Array): void {
    const [op, ...rest] = value;
    if (op === undefined || op === DFU_OP.write) return;
    const payload = Uint8Array.from(rest);
    if (op === DFU_OP.create) this.#create(payload);
    this.#respond(op, this.#requests.answer(op, payload));
  }

  #create(payload: Uint8Array): void {
    const [size = 0] = readDfuWords(payload.subarray(1), 1) ?? [];
    [this.#size, this.#came] = [size, 0];
    const isLong = payload[0] === DFU_OBJECT.command && size > DFU_INIT_LIMIT;
    if (isLong && this.#host.flaws.has('nordic-dfu/object-size-trusted')) this.#host.fail('crash');
  }

  #piece(value: Uint8Array): void {
    this.#came += value.length;
    const isBeyond = this.#size > 0 && this.#came > this.#size;
    if (isBeyond && this.#host.flaws.has('nordic-dfu/piece-past-object')) this.#host.fail('crash');
    const said = this.#requests.write(value);
    if (said !== null) this.#respond(said.op, said.answer);
  }

  #respond(op: number, { result, data }: Answer): void {
    this.#host.notify(UUID.dfuControl, encodeDfuResponse({ op, result, payload: data }));
  }
}
