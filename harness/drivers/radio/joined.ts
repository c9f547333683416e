import type { InputProtocol } from '#core/board.ts';
import type { CallOptions, InjectReply, Liveness, RadioLink } from '#core/capabilities.ts';

/** Several links as one: each protocol goes to the first that speaks it, an unknown one to the first of all. */
export class JoinedRadio implements RadioLink {
  readonly protocols: readonly InputProtocol[];
  readonly #links: readonly [RadioLink, ...RadioLink[]];

  constructor(...links: readonly [RadioLink, ...RadioLink[]]) {
    this.#links = links;
    this.protocols = links.flatMap((link) => link.protocols);
  }

  inject(protocol: InputProtocol, bytes: Uint8Array, options: CallOptions): Promise<InjectReply> {
    return this.#for(protocol).inject(protocol, bytes, options);
  }

  alive(protocol: InputProtocol, options: CallOptions): Promise<Liveness> {
    return this.#for(protocol).alive(protocol, options);
  }

  /** Of the link that speaks the protocol, or of one that shares its wire; what passed over the others is forgotten. */
  capture(protocol: InputProtocol): Uint8Array | null {
    const spoken = this.#for(protocol);
    const others = this.#links.filter((link) => link !== spoken);
    const taken = [spoken, ...others].map((link) => link.capture?.(protocol) ?? null);
    return taken.find((capture) => capture !== null) ?? null;
  }

  #for(protocol: InputProtocol): RadioLink {
    return this.#links.find((link) => link.protocols.includes(protocol)) ?? this.#links[0];
  }
}
