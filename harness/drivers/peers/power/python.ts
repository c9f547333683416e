/** A Python with the packages of `.ci/peers.txt`, or one for the power instruments alone. */
export function peerPython(): string {
  return process.env['ASSAY_POWER_PYTHON'] ?? process.env['ASSAY_PEER_PYTHON'] ?? 'python3';
}
