import { AttServer, type AttServerOptions } from '#codecs/ble/att-server.ts';
import { encodeAtt } from '#codecs/ble/att.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import type { BleLink } from '#drivers/radio/ble/ble-link.ts';

/** Serves a GATT database on one link. */
export class GattServer {
  readonly link: BleLink;
  readonly #server: AttServer;

  constructor(link: BleLink, options: AttServerOptions) {
    this.link = link;
    this.#server = new AttServer(options);
    link.listen({ frame: ({ cid, payload }) => this.#receive(cid, payload) });
  }

  get mtu(): number {
    return this.#server.mtu;
  }

  /** Notifies the client of a value; false where it has not asked for that. */
  notify(handle: number, value: Uint8Array): boolean {
    if ((this.#server.configured(handle) & 1) === 0) return false;
    const pdu = encodeAtt({ type: 'notify', handle, value: value.slice(0, this.mtu - 3) });
    this.link.send({ cid: CID.att, payload: pdu });
    return true;
  }

  #receive(cid: number, payload: Uint8Array): void {
    if (cid !== CID.att) return;
    const answer = this.#server.handle(payload, this.link.encrypted);
    if (answer !== null) this.link.send({ cid: CID.att, payload: answer });
  }
}
