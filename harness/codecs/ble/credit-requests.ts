import type { CreditChannel } from '#codecs/ble/credit-channel.ts';
import { CID } from '#codecs/ble/l2cap.ts';
import {
  CHANNEL_LEAST,
  CREDIT_RESULT,
  MOST_ENHANCED,
  RECONFIGURE_RESULT,
  type Signal,
} from '#codecs/ble/l2cap-signal.ts';

type Wish = Extract<Signal, { readonly type: 'creditConnectReq' | 'enhancedConnectReq' }>;

/** What decides about a request besides what it says. */
export interface ChannelState {
  /** Channels there are. */
  readonly open: readonly CreditChannel[];
  readonly mostChannels: number;
  /** Whether the service asks for an encrypted link; null: there is no such service. */
  readonly needsEncryption: boolean | null;
  readonly encrypted: boolean;
}

/** Why a request is refused as a whole; null: it is not. */
export function requestRefusal(wish: Wish, state: ChannelState): number | null {
  const isEnhanced = wish.type === 'enhancedConnectReq';
  if (isEnhanced && (wish.scids.length === 0 || wish.scids.length > MOST_ENHANCED)) {
    return CREDIT_RESULT.invalidParameters;
  }
  if (state.needsEncryption === null) return CREDIT_RESULT.noSpsm;
  if (state.needsEncryption && !state.encrypted) return CREDIT_RESULT.encryption;
  const least = isEnhanced ? CHANNEL_LEAST.enhanced : CHANNEL_LEAST.plain;
  return wish.mtu < least || wish.mps < least ? CREDIT_RESULT.unacceptable : null;
}

/** Why one of the channels that are asked for is refused; null: it is not. */
export function channelRefusal(scid: number, { open, mostChannels }: ChannelState): number | null {
  if (scid < CID.firstDynamic || scid > CID.lastDynamic) return CREDIT_RESULT.invalidScid;
  if (open.some(({ far }) => far === scid)) return CREDIT_RESULT.scidInUse;
  return open.length >= mostChannels ? CREDIT_RESULT.noResources : null;
}

type Change = Extract<Signal, { readonly type: 'reconfigureReq' }>;

/** What comes of a request to reconfigure channels that the peer names by its own numbers (4.27). */
export function reconfigureResult(
  { mtu, mps, dcids }: Change,
  found: readonly (CreditChannel | undefined)[],
): number {
  if (dcids.length === 0 || dcids.length > MOST_ENHANCED) return RECONFIGURE_RESULT.unacceptable;
  const channels = found.filter((one) => one !== undefined);
  if (channels.length < found.length) return RECONFIGURE_RESULT.invalidCid;
  if (mtu < CHANNEL_LEAST.enhanced || mps < CHANNEL_LEAST.enhanced) return RECONFIGURE_RESULT.unacceptable;
  if (channels.some(({ peer }) => mtu < peer.mtu)) return RECONFIGURE_RESULT.mtuReduced;
  const isReduced = channels.length > 1 && channels.some(({ peer }) => mps < peer.mps);
  return isReduced ? RECONFIGURE_RESULT.mpsReduced : RECONFIGURE_RESULT.ok;
}
