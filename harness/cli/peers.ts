import { exportOf, modulesIn } from '#engine/discovery.ts';
import { peerMain } from './peer-sweep.ts';
import type { Peer } from '#codecs/peers/peer.ts';

const FOLDERS = ['harness/codecs/peers', 'harness/drivers/peers'] as const;

const places = new Map(
  FOLDERS.flatMap((folder) => modulesIn(folder).map((place) => [place.slice(folder.length + 1), place])),
);

/** `npm run peers -- images`: codecs, drivers and virtual boards against other people's programs. */
process.exitCode = await peerMain(process.argv.slice(2), {
  names: [...places.keys()],
  load: async (name) => (await exportOf(places.get(name) ?? name, 'peer')) as Peer,
  say: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
});
