import { fileURLToPath } from 'node:url';
import type { Peer } from '#codecs/peers/peer.ts';
import { PythonProcess } from '#codecs/peers/python-process.ts';
import { Checks } from '#drivers/peers/ble/checks.ts';
import { compareFields } from '#drivers/peers/ble/compare-fields.ts';

const SCRIPT = fileURLToPath(new URL('ble/scapy_peer.py', import.meta.url));

/** PDUs that are too young for tshark, before scapy. */
export const peer: Peer = {
  name: 'ble-scapy',
  tool: 'scapy 2.8.0 (PyPI)',
  async run(options) {
    const python = new PythonProcess(process.env['ASSAY_PEER_PYTHON'] ?? 'python3', [SCRIPT]);
    try {
      if ((await python.hear()) === null) {
        const skipped = 'no python with scapy; set ASSAY_PEER_PYTHON to one that has .ci/peers.txt';
        return { compared: 0, differ: 0, skipped };
      }
      const checks = new Checks((line) => options.log(line));
      for (let round = 0; round < options.count; round++) {
        await compareFields(checks, 'scapy', (packet) => python.ask({ packet }), options.seed + round);
      }
      return checks.result;
    } finally {
      await python.stop();
    }
  },
};
