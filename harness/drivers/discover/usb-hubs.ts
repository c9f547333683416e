import { readHubStatus } from '#codecs/uhubctl.ts';
import type { Finder, Found } from '#core/found.ts';
import { isAssayError } from '#core/errors.ts';
import { runProgram } from '#drivers/program.ts';

/** Hubs that switch the power of their ports, as uhubctl finds them. */
export const finder: Finder = {
  name: 'USB hubs',
  async find(signal) {
    try {
      const hubs = readHubStatus(await runProgram(['uhubctl'], { signal }));
      return {
        found: hubs.flatMap(({ location, title, switching, ports }) =>
          ports.map((port) => hubPort(location, `${title}, ${switching}`, port)),
        ),
        remarks: [],
      };
    } catch (error) {
      signal.throwIfAborted();
      const isMissing = isAssayError(error) && error.got?.startsWith('ENOENT') === true;
      const remark = isMissing
        ? 'hubs were not looked for: sudo apt-get install uhubctl'
        : 'uhubctl finds no hub that switches its ports';
      return { found: [], remarks: [remark] };
    }
  },
};

function hubPort(
  location: string,
  title: string,
  { port, device }: { port: number; device: string | null },
): Found {
  return {
    kind: 'hub',
    id: `${location} port ${port}`,
    title,
    note: device === null || device === '' ? 'nothing plugged in' : `carries ${device}`,
    source: {
      slot: 'power',
      imports: [{ name: 'uhubctlPower', from: 'drivers/power/uhubctl' }],
      expression: `uhubctlPower({ location: '${location}', port: ${port} })`,
    },
  };
}
