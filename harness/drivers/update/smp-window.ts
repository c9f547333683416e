import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import type { CborMap } from '#codecs/cbor.ts';
import type { SmpClient, SmpPending } from '#drivers/channel/smp-client.ts';
import { type Chunk, UPLOAD } from '#drivers/update/smp-chunk.ts';

/** What came back for one of the chunks under way; no answer: `map` is null. */
export interface ChunkAnswer {
  readonly chunk: Chunk;
  readonly map: CborMap | null;
}

interface Flight {
  readonly chunk: Chunk;
  readonly pending: SmpPending;
  readonly settled: Promise<Flight>;
  outcome: { readonly map: CborMap | null } | { readonly error: unknown } | null;
}

/** Chunks under way, oldest first. A server answers in order: an answer says what became of all before it. */
export class UploadWindow {
  readonly #client: SmpClient;
  #flights: Flight[] = [];

  constructor(client: SmpClient) {
    this.#client = client;
  }

  get size(): number {
    return this.#flights.length;
  }

  send(chunk: Chunk, options: CallOptions): void {
    const pending = this.#client.post(UPLOAD, chunk.members, options);
    const flight: Flight = { chunk, pending, outcome: null, settled: pending.answer.then(answered, failed) };
    function answered({ map }: { readonly map: CborMap }): Flight {
      flight.outcome = { map };
      return flight;
    }
    function failed(error: unknown): Flight {
      const lost = error instanceof PeerError && error.code === 'no-answer';
      flight.outcome = lost ? { map: null } : { error };
      return flight;
    }
    this.#flights.push(flight);
  }

  /** The next answer; chunks before the one that it belongs to are no longer waited for. */
  async next(): Promise<ChunkAnswer> {
    const flight = await Promise.race(this.#flights.map(({ settled }) => settled));
    const place = this.#flights.indexOf(flight);
    for (const { pending } of this.#flights.splice(0, place + 1)) pending.forget();
    if (flight.outcome === null || 'error' in flight.outcome) throw flight.outcome?.error;
    return { chunk: flight.chunk, map: flight.outcome.map };
  }

  /** Waits for none of them any longer. */
  forget(): void {
    for (const { pending } of this.#flights.splice(0)) pending.forget();
  }
}
