import { blob, bytes, i8, u16, u8, type Layout, type ValuesOf } from '#codecs/ble/layout.ts';
import type { PduKind } from '#codecs/ble/pdu.ts';

/** A command: its parameters, and what its Command Complete gives back; none where Command Status answers it. */
export interface HciCommandKind<
  L extends Layout = Layout,
  R extends Layout | null = Layout | null,
> extends PduKind<L> {
  readonly returns: R;
}

function command<const L extends Layout, const R extends Layout | null>(
  code: number,
  title: string,
  layout: L,
  returns: R,
): HciCommandKind<L, R> {
  return { code, title, layout, returns };
}

const STATUS = [u8('status')] as const;
const ON_HANDLE = [u8('status'), u16('handle')] as const;
const ADDRESS = [u8('addressType'), bytes('address', 6)] as const;
const INTERVALS = [
  u16('intervalMin'),
  u16('intervalMax'),
  u16('latency'),
  u16('timeout'),
  u16('ceMin'),
  u16('ceMax'),
] as const;

/** Commands of Core 6 Vol 4 Part E that an LE host and our controller know, by opcode (OGF in the upper six bits). */
export const HCI_COMMANDS = {
  disconnect: command(0x0406, 'Disconnect', [u16('handle'), u8('reason')], null),
  readRemoteVersion: command(0x041d, 'Read Remote Version Information', [u16('handle')], null),
  setEventMask: command(0x0c01, 'Set Event Mask', [bytes('mask', 8)], STATUS),
  reset: command(0x0c03, 'Reset', [], STATUS),
  readLeHostSupport: command(
    0x0c6c,
    'Read LE Host Support',
    [],
    [u8('status'), u8('supported'), u8('unused')],
  ),
  writeLeHostSupport: command(0x0c6d, 'Write LE Host Support', [u8('supported'), u8('unused')], STATUS),
  readLocalVersion: command(
    0x1001,
    'Read Local Version Information',
    [],
    [
      u8('status'),
      u8('hciVersion'),
      u16('hciRevision'),
      u8('lmpVersion'),
      u16('manufacturer'),
      u16('lmpSubversion'),
    ],
  ),
  readLocalCommands: command(
    0x1002,
    'Read Local Supported Commands',
    [],
    [u8('status'), bytes('commands', 64)],
  ),
  readLocalFeatures: command(
    0x1003,
    'Read Local Supported Features',
    [],
    [u8('status'), bytes('features', 8)],
  ),
  readBufferSize: command(
    0x1005,
    'Read Buffer Size',
    [],
    [u8('status'), u16('aclLength'), u8('scoLength'), u16('aclCount'), u16('scoCount')],
  ),
  readBdAddr: command(0x1009, 'Read BD_ADDR', [], [u8('status'), bytes('address', 6)]),
  leSetEventMask: command(0x2001, 'LE Set Event Mask', [bytes('mask', 8)], STATUS),
  leReadBufferSize: command(
    0x2002,
    'LE Read Buffer Size',
    [],
    [u8('status'), u16('aclLength'), u8('aclCount')],
  ),
  leReadLocalFeatures: command(
    0x2003,
    'LE Read Local Supported Features',
    [],
    [u8('status'), bytes('features', 8)],
  ),
  leSetRandomAddress: command(0x2005, 'LE Set Random Address', [bytes('address', 6)], STATUS),
  leSetAdvertisingParameters: command(
    0x2006,
    'LE Set Advertising Parameters',
    [
      u16('intervalMin'),
      u16('intervalMax'),
      u8('advertisingType'),
      u8('ownAddressType'),
      u8('peerAddressType'),
      bytes('peerAddress', 6),
      u8('channels'),
      u8('filterPolicy'),
    ],
    STATUS,
  ),
  leReadAdvertisingPower: command(
    0x2007,
    'LE Read Advertising Physical Channel Tx Power',
    [],
    [u8('status'), i8('power')],
  ),
  leSetAdvertisingData: command(
    0x2008,
    'LE Set Advertising Data',
    [u8('significant'), bytes('data', 31)],
    STATUS,
  ),
  leSetScanResponseData: command(
    0x2009,
    'LE Set Scan Response Data',
    [u8('significant'), bytes('data', 31)],
    STATUS,
  ),
  leSetAdvertisingEnable: command(0x200a, 'LE Set Advertising Enable', [u8('enable')], STATUS),
  leSetScanParameters: command(
    0x200b,
    'LE Set Scan Parameters',
    [u8('scanType'), u16('interval'), u16('window'), u8('ownAddressType'), u8('filterPolicy')],
    STATUS,
  ),
  leSetScanEnable: command(0x200c, 'LE Set Scan Enable', [u8('enable'), u8('filterDuplicates')], STATUS),
  leCreateConnection: command(
    0x200d,
    'LE Create Connection',
    [
      u16('scanInterval'),
      u16('scanWindow'),
      u8('filterPolicy'),
      ...ADDRESS,
      u8('ownAddressType'),
      ...INTERVALS,
    ],
    null,
  ),
  leCreateConnectionCancel: command(0x200e, 'LE Create Connection Cancel', [], STATUS),
  leReadFilterListSize: command(0x200f, 'LE Read Filter Accept List Size', [], [u8('status'), u8('size')]),
  leClearFilterList: command(0x2010, 'LE Clear Filter Accept List', [], STATUS),
  leConnectionUpdate: command(0x2013, 'LE Connection Update', [u16('handle'), ...INTERVALS], null),
  leReadRemoteFeatures: command(0x2016, 'LE Read Remote Features', [u16('handle')], null),
  leEncrypt: command(
    0x2017,
    'LE Encrypt',
    [bytes('key', 16), bytes('plain', 16)],
    [u8('status'), bytes('encrypted', 16)],
  ),
  leRand: command(0x2018, 'LE Rand', [], [u8('status'), bytes('random', 8)]),
  leEnableEncryption: command(
    0x2019,
    'LE Enable Encryption',
    [u16('handle'), bytes('random', 8), u16('diversifier'), bytes('key', 16)],
    null,
  ),
  leKeyReply: command(0x201a, 'LE Long Term Key Request Reply', [u16('handle'), bytes('key', 16)], ON_HANDLE),
  leKeyNegativeReply: command(0x201b, 'LE Long Term Key Request Negative Reply', [u16('handle')], ON_HANDLE),
  leReadSupportedStates: command(0x201c, 'LE Read Supported States', [], [u8('status'), bytes('states', 8)]),
  leSetDataLength: command(
    0x2022,
    'LE Set Data Length',
    [u16('handle'), u16('octets'), u16('time')],
    ON_HANDLE,
  ),
  leReadDefaultDataLength: command(
    0x2023,
    'LE Read Suggested Default Data Length',
    [],
    [u8('status'), u16('octets'), u16('time')],
  ),
  leWriteDefaultDataLength: command(
    0x2024,
    'LE Write Suggested Default Data Length',
    [u16('octets'), u16('time')],
    STATUS,
  ),
  leReadMaximumDataLength: command(
    0x202f,
    'LE Read Maximum Data Length',
    [],
    [u8('status'), u16('txOctets'), u16('txTime'), u16('rxOctets'), u16('rxTime')],
  ),
  leClearResolvingList: command(0x2029, 'LE Clear Resolving List', [], STATUS),
  leReadResolvingListSize: command(0x202a, 'LE Read Resolving List Size', [], [u8('status'), u8('size')]),
  leSetResolutionEnable: command(0x202d, 'LE Set Address Resolution Enable', [u8('enable')], STATUS),
  leSetPrivacyTimeout: command(0x202e, 'LE Set Resolvable Private Address Timeout', [u16('seconds')], STATUS),
  leReadPhy: command(
    0x2030,
    'LE Read PHY',
    [u16('handle')],
    [u8('status'), u16('handle'), u8('tx'), u8('rx')],
  ),
  leSetDefaultPhy: command(0x2031, 'LE Set Default PHY', [u8('all'), u8('tx'), u8('rx')], STATUS),
  leSetPhy: command(
    0x2032,
    'LE Set PHY',
    [u16('handle'), u8('all'), u8('tx'), u8('rx'), u16('options')],
    null,
  ),
  leSetExtendedScanParameters: command(
    0x2041,
    'LE Set Extended Scan Parameters',
    [u8('ownAddressType'), u8('filterPolicy'), u8('phys'), blob('perPhy')],
    STATUS,
  ),
  leSetExtendedScanEnable: command(
    0x2042,
    'LE Set Extended Scan Enable',
    [u8('enable'), u8('filterDuplicates'), u16('duration'), u16('period')],
    STATUS,
  ),
} as const;

/** What the Command Complete of a command gives back. */
export type ReturnsOf<K extends keyof typeof HCI_COMMANDS> = (typeof HCI_COMMANDS)[K] extends {
  readonly returns: infer R extends Layout;
}
  ? ValuesOf<R>
  : null;
