import type { PairingFeatures } from '#codecs/ble/pairing-method.ts';
import { AUTH, IO } from '#codecs/ble/pairing.ts';

/** What the person at one side does with a passkey. */
export type PasskeyPart = 'shows' | 'types';

/** How two sides make sure that nobody is between them (Core 6 Vol 3 Part H 2.3.5.1, table 2.8). */
export type Association =
  | { readonly kind: 'just-works' }
  | { readonly kind: 'comparison' }
  | { readonly kind: 'passkey'; readonly initiator: PasskeyPart; readonly responder: PasskeyPart }
  | { readonly kind: 'out-of-band' };

const JUST_WORKS: Association = { kind: 'just-works' };

function passkey(initiator: PasskeyPart, responder: PasskeyPart): Association {
  return { kind: 'passkey', initiator, responder };
}

const hasKeyboard = (io: number): boolean => io === IO.keyboard || io === IO.keyboardDisplay;
const canCompare = (io: number): boolean => io === IO.displayYesNo || io === IO.keyboardDisplay;

/** The way that follows from what both sides can show and be told. */
export function association(
  request: Pick<PairingFeatures, 'io' | 'oob' | 'auth'>,
  response: Pick<PairingFeatures, 'io' | 'oob' | 'auth'>,
): Association {
  if (((request.oob | response.oob) & 1) !== 0) return { kind: 'out-of-band' };
  const isGuarded = ((request.auth | response.auth) & AUTH.mitm) !== 0;
  const [asks, answers] = [request.io, response.io];
  if (!isGuarded || asks === IO.none || answers === IO.none) return JUST_WORKS;
  const isSecure = (request.auth & response.auth & AUTH.secureConnections) !== 0;
  if (isSecure && canCompare(asks) && canCompare(answers)) return { kind: 'comparison' };
  if (asks === IO.keyboard && answers === IO.keyboard) return passkey('types', 'types');
  if (asks === IO.keyboard) return passkey('types', 'shows');
  if (hasKeyboard(answers)) return passkey('shows', 'types');
  return hasKeyboard(asks) ? passkey('types', 'shows') : JUST_WORKS;
}
