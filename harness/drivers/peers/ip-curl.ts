import type { Peer } from '#codecs/peers/peer.ts';
import { againstCurl } from '#drivers/peers/ip/curl.ts';

/** What a rogue HTTPS server may do, against curl. */
export const peer: Peer = { name: 'ip-curl', tool: 'curl 7.88 (Debian)', run: againstCurl };
