import type { InputProtocol } from '#core/board.ts';
import { UsageError } from '#core/errors.ts';

/** The protocol that is asked for, as one of those that a link speaks. UsageError `unknown-protocol`. */
export function spokenOf<P extends InputProtocol>(protocols: readonly P[], protocol: InputProtocol): P {
  const spoken = protocols.find((one) => one === protocol);
  if (spoken !== undefined) return spoken;
  throw new UsageError({
    code: 'unknown-protocol',
    message: 'this link does not speak that protocol',
    expected: protocols.join(', '),
    got: protocol,
    remedy: 'take a protocol from the inputs of the board',
  });
}
