import { exportOf, modulesIn } from '#engine/discovery.ts';
import { peerMain } from './peer-sweep.ts';
import type { Peer } from '#codecs/peers/peer.ts';

const FOLDER = 'harness/codecs/peers';

/** `npm run peers -- images`: the codecs against the vendors' tools. */
process.exitCode = await peerMain(process.argv.slice(2), {
  names: modulesIn(FOLDER).map((place) => place.slice(FOLDER.length + 1)),
  load: async (name) => (await exportOf(`${FOLDER}/${name}`, 'peer')) as Peer,
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
});
