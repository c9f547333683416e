import type { CallOptions, OfferOptions, Receipt, UpdateTransport } from '#core/capabilities.ts';
import { UsageError } from '#core/errors.ts';

/** Several ways to offer an update as one transport; restarting follows the way last used, the first by default. */
export class UpdatePaths implements UpdateTransport {
  readonly paths: readonly string[];
  readonly #transports: readonly UpdateTransport[];
  #last: UpdateTransport;

  constructor(first: UpdateTransport, ...others: readonly UpdateTransport[]) {
    this.#transports = [first, ...others];
    this.paths = this.#transports.flatMap((transport) => transport.paths);
    this.#last = first;
  }

  async offer(image: Uint8Array, options: OfferOptions): Promise<Receipt> {
    const path = options.path ?? this.paths[0] ?? '';
    const transport = this.#transports.find((candidate) => candidate.paths.includes(path));
    if (transport === undefined) throw unknownPath(path, this.paths);
    this.#last = transport;
    return transport.offer(image, options);
  }

  activate(options: CallOptions): Promise<void> {
    return this.#last.activate(options);
  }

  confirm(options: CallOptions): Promise<Receipt> {
    return this.#last.confirm(options);
  }
}

function unknownPath(path: string, known: readonly string[]): UsageError {
  return new UsageError({
    code: 'unknown-update-path',
    message: 'the board has no such way to be updated',
    expected: known.join(', '),
    got: path,
    remedy: 'take a path from the updatePaths of the board',
  });
}
