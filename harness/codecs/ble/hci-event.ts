import { blob, bytes, i8, list, size, u16, u8, type Layout } from '#codecs/ble/layout.ts';
import type { PduKind } from '#codecs/ble/pdu.ts';

function event<const L extends Layout>(code: number, title: string, layout: L): PduKind<L> {
  return { code, title, layout };
}

/** Code of the event that carries LE events, which have a code of their own behind it. */
export const LE_META = 0x3e;

const ON_HANDLE = [u8('status'), u16('handle')] as const;
const PEER = [u8('peerAddressType'), bytes('peerAddress', 6)] as const;
const CONNECTION = [u16('interval'), u16('latency'), u16('timeout'), u8('clockAccuracy')] as const;

/** Events of Core 6 Vol 4 Part E 7.7 that matter to an LE host. */
export const HCI_EVENTS = {
  disconnected: event(0x05, 'Disconnection Complete', [...ON_HANDLE, u8('reason')]),
  encryptionChange: event(0x08, 'Encryption Change', [...ON_HANDLE, u8('enabled')]),
  remoteVersion: event(0x0c, 'Read Remote Version Information Complete', [
    ...ON_HANDLE,
    u8('version'),
    u16('company'),
    u16('subversion'),
  ]),
  commandComplete: event(0x0e, 'Command Complete', [u8('credits'), u16('opcode'), blob('returns')]),
  commandStatus: event(0x0f, 'Command Status', [u8('status'), u8('credits'), u16('opcode')]),
  hardwareError: event(0x10, 'Hardware Error', [u8('hardware')]),
  completedPackets: event(0x13, 'Number Of Completed Packets', [
    size('count', 1, 'handles'),
    list('handles', [u16('handle'), u16('packets')]),
  ]),
  bufferOverflow: event(0x1a, 'Data Buffer Overflow', [u8('linkType')]),
  encryptionRefresh: event(0x30, 'Encryption Key Refresh Complete', ON_HANDLE),
  encryptionChangeV2: event(0x59, 'Encryption Change v2', [...ON_HANDLE, u8('enabled'), u8('keySize')]),
} as const;

/** LE events, by the code behind that of the meta event (7.7.65). */
export const LE_EVENTS = {
  connected: event(0x01, 'LE Connection Complete', [...ON_HANDLE, u8('role'), ...PEER, ...CONNECTION]),
  advertisingReport: event(0x02, 'LE Advertising Report', [
    size('count', 1, 'reports'),
    list('reports', [
      u8('eventType'),
      u8('addressType'),
      bytes('address', 6),
      size('length', 1, 'data'),
      blob('data'),
      i8('rssi'),
    ]),
  ]),
  connectionUpdate: event(0x03, 'LE Connection Update Complete', [
    ...ON_HANDLE,
    u16('interval'),
    u16('latency'),
    u16('timeout'),
  ]),
  remoteFeatures: event(0x04, 'LE Read Remote Features Complete', [...ON_HANDLE, bytes('features', 8)]),
  keyRequest: event(0x05, 'LE Long Term Key Request', [
    u16('handle'),
    bytes('random', 8),
    u16('diversifier'),
  ]),
  dataLength: event(0x07, 'LE Data Length Change', [
    u16('handle'),
    u16('txOctets'),
    u16('txTime'),
    u16('rxOctets'),
    u16('rxTime'),
  ]),
  connectedEnhanced: event(0x0a, 'LE Enhanced Connection Complete', [
    ...ON_HANDLE,
    u8('role'),
    ...PEER,
    bytes('localPrivate', 6),
    bytes('peerPrivate', 6),
    ...CONNECTION,
  ]),
  phyUpdate: event(0x0c, 'LE PHY Update Complete', [...ON_HANDLE, u8('tx'), u8('rx')]),
  extendedReport: event(0x0d, 'LE Extended Advertising Report', [
    size('count', 1, 'reports'),
    list('reports', [
      u16('eventType'),
      u8('addressType'),
      bytes('address', 6),
      u8('primaryPhy'),
      u8('secondaryPhy'),
      u8('set'),
      i8('power'),
      i8('rssi'),
      u16('periodicInterval'),
      u8('directAddressType'),
      bytes('directAddress', 6),
      size('length', 1, 'data'),
      blob('data'),
    ]),
  ]),
  channelSelection: event(0x14, 'LE Channel Selection Algorithm', [u16('handle'), u8('algorithm')]),
} as const;
