import type { Peer } from '#codecs/peers/peer.ts';
import { compareSessions } from '#drivers/peers/smp/session.ts';

/**
 * The virtual board beside smpclient, on which smpmgr stands: every group, and an update of 200 KiB uploaded, tried and
 * kept, in both versions of the protocol.
 */
export const peer: Peer = {
  name: 'smp-smpclient',
  tool: 'smpclient 7.3.0 (PyPI)',
  run: (options) =>
    compareSessions(
      {
        script: 'session_smpclient.py',
        module: 'smpclient.transport.serial',
        tellsCodes: true,
        sessions: [
          { name: 'version 2 over serial', over: 'serial', version: 2 },
          { name: 'version 1 over serial', over: 'serial', version: 1 },
          { name: 'version 2 over UDP', over: 'udp', version: 2 },
        ],
      },
      options,
    ),
};
