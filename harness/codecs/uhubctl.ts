/** How a hub says that it switches power: port by port, all at once, not at all, or nothing that we know. */
export type HubSwitching = 'ppps' | 'ganged' | 'nops' | 'unknown';

export interface HubPort {
  readonly port: number;
  /** Whether the hub reports the port as powered: its status register, not the voltage on its pins. */
  readonly powered: boolean;
  /** What is plugged in, as uhubctl describes it; null for an empty port. */
  readonly device: string | null;
}

export interface HubStatus {
  /** `1-1.4`: bus, then ports. */
  readonly location: string;
  /** `0bda:5411 Generic USB2.1 Hub`. */
  readonly title: string;
  readonly switching: HubSwitching;
  readonly ports: readonly HubPort[];
}

const HUB = /^(Current|New) status for hub (\S+) \[([^\]]*)\]/;
const PORT = /^\s*Port (\d+): ([0-9a-f]{4}) (\S+)[^[]*(?:\[([^\]]*)\])?/;

/**
 * The hubs in what uhubctl prints; the last status of each where one was switched (`New status` after `Current status`).
 * Lines that are none of its own are passed over.
 */
export function readHubStatus(text: string): readonly HubStatus[] {
  const hubs = new Map<string, HubStatus & { readonly ports: HubPort[] }>();
  let ports: HubPort[] | null = null;
  for (const line of text.split('\n')) {
    const [, , location, about = ''] = HUB.exec(line) ?? [];
    if (location !== undefined) {
      ports = [];
      hubs.set(location, { location, ...described(about), ports });
      continue;
    }
    const [, port, , word, device] = PORT.exec(line) ?? [];
    if (port !== undefined)
      ports?.push({ port: Number(port), powered: word !== 'off', device: device ?? null });
  }
  return [...hubs.values()];
}

/** `0bda:5411 Generic USB2.1 Hub, USB 2.10, 4 ports, ppps`; releases before 2.3 leave out the last word. */
function described(about: string): Pick<HubStatus, 'title' | 'switching'> {
  const parts = about.split(', ');
  const last = parts.at(-1);
  const switching = last === 'ppps' || last === 'ganged' || last === 'nops' ? last : 'unknown';
  return { title: parts[0] ?? '', switching };
}
