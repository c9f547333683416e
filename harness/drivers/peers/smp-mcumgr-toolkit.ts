import type { Peer } from '#codecs/peers/peer.ts';
import { compareSessions } from '#drivers/peers/smp/session.ts';

/** The virtual board beside mcumgr-toolkit, a client in Rust: the same session as with smpclient, over serial and UDP. */
export const peer: Peer = {
  name: 'smp-mcumgr-toolkit',
  tool: 'mcumgr-toolkit 0.20.0 (PyPI)',
  run: (options) =>
    compareSessions(
      {
        script: 'session_mcumgr_toolkit.py',
        module: 'mcumgr_toolkit',
        tellsCodes: false,
        sessions: [
          { name: 'serial', over: 'serial', version: 2 },
          { name: 'UDP', over: 'udp', version: 2 },
        ],
      },
      options,
    ),
};
