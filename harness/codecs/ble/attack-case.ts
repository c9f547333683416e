import type { PairingFeatures } from '#codecs/ble/pairing-method.ts';

/** One thing done to a device over an LE link. */
export type BleStep =
  /** Bytes as one frame on a channel; `cuts`: where the frame, header included, is cut into fragments. */
  | {
      readonly do: 'frame';
      readonly cid: number;
      readonly bytes: Uint8Array;
      readonly cuts?: readonly number[];
    }
  /** Fragments as they are, whatever they announce. */
  | {
      readonly do: 'pieces';
      readonly pieces: readonly { readonly isStart: boolean; readonly data: Uint8Array }[];
    }
  /** Pairing as it should be, up to and without the DHKey check; the key that follows is kept. */
  | { readonly do: 'pair-until-check' }
  /** Pairing by Just Works to its end, where the device lets us; the key is kept. */
  | {
      readonly do: 'pair';
      /** What differs from plain secure connections. */
      readonly features?: Partial<PairingFeatures>;
      /** The identity address that we give out. */
      readonly identity?: Uint8Array;
    }
  /**
   * Asks our controller to encrypt: with zeros, with the key that was kept last or first, or with one that nobody agreed
   * on. The diversifier is 0, as secure connections have it, unless another is given.
   */
  | {
      readonly do: 'encrypt';
      readonly key: 'zero' | 'kept' | 'first' | 'wrong';
      readonly diversifier?: number;
    }
  /** Sends back what came last on a channel with this first byte. */
  | { readonly do: 'reflect'; readonly cid: number; readonly code: number }
  /** Ends the link in good order and makes another: from the same address, from a new one, or from the case's first. */
  | { readonly do: 'reconnect'; readonly as: 'same' | 'other' | 'first' }
  /** Opens a credit-based channel, or by the enhanced request so many; what the device refuses stays closed. */
  | { readonly do: 'open-channel'; readonly spsm: number; readonly enhanced?: number }
  /** Bytes as one K-frame on the channel that was opened last, whatever they announce. */
  | { readonly do: 'k-frame'; readonly bytes: Uint8Array }
  /** Asks to close that channel, and does not wait. */
  | { readonly do: 'close-channel' }
  /** Advertises without taking links, to a device that scans. */
  | { readonly do: 'advertise'; readonly data: Uint8Array; readonly ms: number }
  /** Waits until nothing more comes. */
  | { readonly do: 'settle' }
  | { readonly do: 'wait'; readonly ms: number }
  /** Ends the link in good order. */
  | { readonly do: 'disconnect' }
  /** Falls silent without a word, by a reset of our controller. */
  | { readonly do: 'vanish' };

/** What a device must not grant, though it stays alive; each has its oracle. */
export type BleForbidden =
  /** The link must not become encrypted. */
  | 'encryption'
  /** A public key must not be answered by one, nor by a confirm value. */
  | 'public-key'
  /** No value may be notified. */
  | 'notification'
  /** The last pairing must fail. */
  | 'pairing'
  /** No read may be answered with a value. */
  | 'value'
  /** A public key that we sent back must not be answered by the same one. */
  | 'own-public-key'
  /** The Pairing Response must not offer the key of the other transport. */
  | 'link-key'
  /** The key of the first pairing must not stop to encrypt. */
  | 'lost-bond'
  /** A request for several values must not be answered with fewer. */
  | 'partial-values';

/** A case: its steps from a fresh or a used link on, and what it must not lead to. */
export interface BleCase {
  readonly name: string;
  readonly steps: readonly BleStep[];
  readonly forbids?: BleForbidden;
  /** Whether the case wants a link of its own; what ends, encrypts or pairs does. */
  readonly ownLink: boolean;
  /** Whether we come from an address that the device has not seen: what pairs to the end leaves a bond. */
  readonly isStranger?: boolean;
}
