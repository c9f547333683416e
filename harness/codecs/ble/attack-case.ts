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
  /** Asks our controller to encrypt: with zeros, or with the key that was kept. */
  | { readonly do: 'encrypt'; readonly key: 'zero' | 'kept' }
  /** Waits until nothing more comes. */
  | { readonly do: 'settle' }
  | { readonly do: 'wait'; readonly ms: number }
  /** Ends the link in good order. */
  | { readonly do: 'disconnect' }
  /** Falls silent without a word, by a reset of our controller. */
  | { readonly do: 'vanish' };

/** What a device must not grant, though it stays alive. */
export type BleForbidden =
  /** The link must not become encrypted. */
  | 'encryption'
  /** A public key must not be answered by one, nor by a confirm value. */
  | 'public-key'
  /** No value may be notified. */
  | 'notification';

/** A case: its steps from a fresh or a used link on, and what it must not lead to. */
export interface BleCase {
  readonly name: string;
  readonly steps: readonly BleStep[];
  readonly forbids?: BleForbidden;
  /** Whether the case wants a link of its own; what ends, encrypts or pairs does. */
  readonly ownLink: boolean;
}
