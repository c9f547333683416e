/** Error codes of HCI that decide something here (Core 6 Vol 1 Part F). */
export const HCI_STATUS = {
  success: 0x00,
  unknownCommand: 0x01,
  unknownConnection: 0x02,
  authenticationFailure: 0x05,
  keyMissing: 0x06,
  supervisionTimeout: 0x08,
  connectionLimit: 0x09,
  disallowed: 0x0c,
  invalidParameters: 0x12,
  remoteEnded: 0x13,
  localEnded: 0x16,
  procedureTimeout: 0x22,
  instantPassed: 0x28,
  unacceptableParameters: 0x3b,
  micFailure: 0x3d,
  failedToEstablish: 0x3e,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  0x00: 'Success',
  0x01: 'Unknown HCI Command',
  0x02: 'Unknown Connection Identifier',
  0x03: 'Hardware Failure',
  0x05: 'Authentication Failure',
  0x06: 'PIN or Key Missing',
  0x07: 'Memory Capacity Exceeded',
  0x08: 'Connection Timeout',
  0x09: 'Connection Limit Exceeded',
  0x0b: 'Connection Already Exists',
  0x0c: 'Command Disallowed',
  0x0d: 'Rejected: Limited Resources',
  0x11: 'Unsupported Feature or Parameter Value',
  0x12: 'Invalid HCI Command Parameters',
  0x13: 'Remote User Terminated Connection',
  0x14: 'Remote Terminated: Low Resources',
  0x15: 'Remote Terminated: Power Off',
  0x16: 'Terminated By Local Host',
  0x1a: 'Unsupported Remote Feature',
  0x1e: 'Invalid LL Parameters',
  0x22: 'LL Response Timeout',
  0x28: 'Instant Passed',
  0x29: 'Pairing With Unit Key Not Supported',
  0x2f: 'Insufficient Security',
  0x3a: 'Controller Busy',
  0x3b: 'Unacceptable Connection Parameters',
  0x3c: 'Advertising Timeout',
  0x3d: 'MIC Failure',
  0x3e: 'Connection Failed To Be Established',
};

/** `MIC Failure (0x3d)`. */
export function statusName(status: number): string {
  return `${NAMES[status] ?? 'unlisted'} (0x${status.toString(16).padStart(2, '0')})`;
}
