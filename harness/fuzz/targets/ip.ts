import { PeerError } from '#core/errors.ts';
import { encodeBrokerScript, parseBrokerScript } from '#codecs/broker-script.ts';
import { decodeCoap, encodeCoap } from '#codecs/coap.ts';
import { decodeDhcp, encodeDhcp } from '#codecs/dhcp.ts';
import { decodeDns, encodeDns } from '#codecs/dns.ts';
import { encodeScript, parseScript } from '#codecs/server-script.ts';
import { coapCases } from '#fuzz/coap-cases.ts';
import type { CodecTarget } from '#fuzz/codec-target.ts';
import { dhcpCases } from '#fuzz/dhcp-cases.ts';
import { dnsCases, mdnsCases } from '#fuzz/dns-cases.ts';
import { httpsRedirects } from '#fuzz/https-cases.ts';
import { mqttBeginnings } from '#fuzz/mqtt-broker-cases.ts';
import type { FuzzCase } from '#core/verbs.ts';

/** A codec that reads again what it wrote, and writes it in the same way: other bytes may mean the same. */
function stable<T extends object>(
  name: string,
  seeds: () => readonly FuzzCase[],
  read: (bytes: Uint8Array) => T | PeerError | null,
  write: (value: T) => Uint8Array,
): CodecTarget {
  const again = (bytes: Uint8Array): Uint8Array | null => {
    const value = read(bytes);
    return value === null || value instanceof PeerError ? null : write(value);
  };
  return {
    name,
    seeds: () => seeds().map(({ bytes }) => bytes),
    run: (bytes) => {
      const written = again(bytes);
      return written === null ? [] : [[written, again(written) ?? new Uint8Array()]];
    },
  };
}

/** Parsers of what comes from the network's side. */
export const targets: readonly CodecTarget[] = [
  stable('coap', coapCases, decodeCoap, encodeCoap),
  stable('dns', () => [...dnsCases('update.bench'), ...mdnsCases('board.local')], decodeDns, encodeDns),
  stable(
    'dhcp',
    () => dhcpCases({ transaction: 7, hardware: new Uint8Array(16) }),
    decodeDhcp,
    (message) => encodeDhcp(message),
  ),
  stable(
    'server-script',
    () => httpsRedirects({ host: 'update.bench', authority: 'a' }),
    parseScript,
    encodeScript,
  ),
  stable('broker-script', mqttBeginnings, parseBrokerScript, encodeBrokerScript),
];
