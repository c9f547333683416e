import type { BoardFacts } from '#core/board.ts';
import { testAuthority } from '#codecs/test-authority.ts';

/** Where the board's firmware fetches from by HTTPS; its authority's key is public, as all keys of a bench are. */
export const updateServer: NonNullable<BoardFacts['updateServer']> = {
  host: 'update.bench',
  authority: 'Assay test authority',
};

/** Whom the firmware trusts there: this certificate is compiled in. */
export const trust = { roots: testAuthority(updateServer.authority).pem };

/** The bench's own name service, where there is no other. */
export const hosts = { [updateServer.host]: '127.0.0.1' };
