import { formatAddress, type DeviceAddress } from '#codecs/ble/address.ts';
import type { LinkKey, PairingEnd } from '#codecs/ble/pairing-roles.ts';
import { sameBytes } from '#codecs/ble/gatt-database.ts';

interface Bond {
  readonly key: LinkKey;
  readonly identity: Uint8Array | null;
}

/** Room for bonds; the oldest makes room for the newest. */
const MOST_BONDS = 8;

/** Whom the device has paired with, by the address they come from. */
export class PeripheralBonds {
  readonly #bonds = new Map<string, Bond>();

  keyOf(peer: DeviceAddress): LinkKey | null {
    return this.#bonds.get(formatAddress(peer))?.key ?? null;
  }

  /**
   * Keeps what a pairing came to. Who claims the identity of another bond is not kept; with `overwrites`, as flawed
   * devices have it, the other bond is gone.
   */
  keep(peer: DeviceAddress, end: Extract<PairingEnd, { readonly ok: true }>, overwrites: boolean): void {
    const name = formatAddress(peer);
    const other = this.#claimed(name, end.peerIdentity);
    if (other !== null && !overwrites) return;
    if (other !== null) this.#bonds.delete(other);
    this.#bonds.delete(name);
    this.#bonds.set(name, { key: end.bond, identity: end.peerIdentity });
    const [oldest] = this.#bonds.keys();
    if (this.#bonds.size > MOST_BONDS && oldest !== undefined) this.#bonds.delete(oldest);
  }

  /** Who else has this identity. */
  #claimed(name: string, identity: Uint8Array | null): string | null {
    if (identity === null) return null;
    for (const [other, bond] of this.#bonds) {
      if (other !== name && bond.identity !== null && sameBytes(bond.identity, identity)) return other;
    }
    return null;
  }
}
