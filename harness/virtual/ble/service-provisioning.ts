import { ATT_ERROR } from '#codecs/ble/att.ts';
import { PROPERTY } from '#codecs/ble/gatt-database.ts';
import {
  CONFIG_FIELD,
  CONFIG_MESSAGE,
  endpointUuid,
  PROVISIONING_SERVICE,
  SECURITY_FIELD,
  SECURITY_MESSAGE,
  SESSION_FIELD,
  type ProvisioningEndpoint,
} from '#codecs/ble/provisioning.ts';
import { DfuMisfit } from '#codecs/dfu-defect.ts';
import { bytesField, readWire, type WireField } from '#codecs/dfu-wire.ts';
import type { PeripheralService, ServiceHost } from '#virtual/ble/peripheral-service.ts';

/** Bytes of a Curve25519 key, of the largest SRP key (3072 bits), of a name. */
const KEY = { security1: 32, security2: 384 } as const;
const NAME_MOST = 64;
const REFUSED = ATT_ERROR.unlikely;

/** ESP-IDF's provisioning on the virtual peripheral, up to the first answer of each scheme: nobody has a password here. */
export class ProvisioningService implements PeripheralService {
  readonly spec = {
    uuid: PROVISIONING_SERVICE,
    characteristics: [
      this.#endpoint('session', (value) => this.#session(value)),
      this.#endpoint('config', (value) => this.#config(value)),
      this.#endpoint('version', () => Uint8Array.from(Buffer.from('v1.1'))),
    ],
  };
  readonly #host: ServiceHost;
  #begun = false;
  #ended = false;

  constructor(host: ServiceHost) {
    this.#host = host;
  }

  begin(): void {
    [this.#begun, this.#ended] = [false, false];
  }

  /** What is written is served, and its answer is read from the same place; null refuses. */
  #endpoint(name: ProvisioningEndpoint, serve: (value: Uint8Array) => Uint8Array | null) {
    const uuid = endpointUuid(PROVISIONING_SERVICE, name);
    return {
      uuid,
      properties: PROPERTY.read | PROPERTY.write,
      written: (value: Uint8Array): number | null => {
        if (this.#ended && this.#flawed('provisioning/used-after-end')) return null;
        const answer = this.#ended ? null : serve(value);
        if (answer === null) return REFUSED;
        this.#host.show(uuid, answer);
        return null;
      },
    };
  }

  #session(value: Uint8Array): Uint8Array | null {
    const message = fieldsOf(value);
    const version = numberOf(message, SESSION_FIELD.version);
    const scheme = version === 1 ? 'security1' : version === 2 ? 'security2' : null;
    if (message === null || scheme === null) return null;
    const within = fieldsOf(bytesOf(message, SESSION_FIELD[scheme]));
    const kind = within === null ? null : numberOf(within, SECURITY_FIELD.message);
    if (within === null || kind === null) return null;
    const number = kind === SECURITY_MESSAGE.command0 ? SECURITY_FIELD.command0 : SECURITY_FIELD.command1;
    const command = bytesOf(within, number);
    if (command === null) {
      this.#flawed('provisioning/payload-missing');
      return null;
    }
    return kind === SECURITY_MESSAGE.command0 ? this.#firstCommand(scheme, command) : this.#proof();
  }

  #firstCommand(scheme: keyof typeof KEY, command: Uint8Array): Uint8Array | null {
    const fields = fieldsOf(command);
    const key = bytesOf(fields, scheme === 'security1' ? 1 : 2);
    const name = scheme === 'security1' ? new Uint8Array() : bytesOf(fields, 1);
    if (key === null || name === null) return null;
    const isLong = name.length > NAME_MOST || key.length > KEY[scheme];
    if (isLong && this.#flawed('provisioning/length-trusted')) return null;
    if (isLong || (scheme === 'security1' && key.length !== KEY.security1)) return null;
    this.#begun = true;
    return bytesField(SESSION_FIELD[scheme], bytesField(SECURITY_FIELD.command0 + 1, new Uint8Array(32)));
  }

  /** Without the password no proof is right. */
  #proof(): null {
    this.#begun = false;
    return null;
  }

  #config(value: Uint8Array): Uint8Array | null {
    const fields = fieldsOf(value);
    const kind = numberOf(fields, CONFIG_FIELD.message);
    if (!this.#begun || kind === null) return null;
    if (kind === CONFIG_MESSAGE.applyConfig) this.#ended = true;
    return bytesField(CONFIG_FIELD.setConfig + 1, new Uint8Array());
  }

  /** Whether the device is built with a flaw that takes it down here. */
  #flawed(flaw: string): boolean {
    if (!this.#host.flaws.has(flaw)) return false;
    this.#host.fail('crash');
    return true;
  }
}

type Fields = readonly WireField[] | null;

function fieldsOf(bytes: Uint8Array | null): Fields {
  try {
    return bytes === null ? null : readWire(bytes);
  } catch (error) {
    if (error instanceof DfuMisfit) return null;
    throw error;
  }
}

/** As proto3 has it, a number that is not there is 0. */
function numberOf(fields: Fields, number: number): number | null {
  const found = fields?.findLast((field) => field.number === number);
  if (found === undefined) return fields === null ? null : 0;
  return found.kind === 'varint' ? Number(found.value) : null;
}

function bytesOf(fields: Fields, number: number): Uint8Array | null {
  const found = fields?.findLast((field) => field.number === number);
  return found?.kind === 'bytes' ? found.value : null;
}
