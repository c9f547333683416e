/**
 * PDUs that tshark 4.0 does not take apart, being younger than its tables, and a mask, which it shows bit by bit: of these
 * it is only asked whether they are well-formed. The value names who takes them apart instead.
 */
export const TOO_YOUNG: ReadonlyMap<string, 'scapy' | 'bumble'> = new Map([
  ['command setEventMask', 'scapy'],
  ['event encryptionChangeV2', 'bumble'],
  ['signal enhancedConnectReq', 'scapy'],
  ['signal enhancedConnectRsp', 'scapy'],
  ['signal reconfigureReq', 'scapy'],
  ['signal reconfigureRsp', 'scapy'],
  ['ATT readVariableReq', 'scapy'],
  ['ATT readVariableRsp', 'scapy'],
  ['ATT notifyMultiple', 'scapy'],
]);
