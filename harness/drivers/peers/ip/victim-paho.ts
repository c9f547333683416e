import { fileURLToPath } from 'node:url';
import { PythonProcess } from '#codecs/peers/python-process.ts';
import type { MqttVersion } from '#drivers/peers/ip/rogue-broker.ts';
import type { Victim, VictimMake, VictimReport } from '#drivers/peers/ip/victim.ts';

const SCRIPT = fileURLToPath(new URL('paho-victim.py', import.meta.url));

/** The Python that has the packages of `.ci/peers.txt`. */
export const PEER_PYTHON = process.env['ASSAY_PEER_PYTHON'] ?? 'python3';

/** paho-mqtt, in one Python for all cases. */
export class Paho implements VictimMake {
  readonly name = 'paho-mqtt';
  #python: PythonProcess | null = null;

  async missing(): Promise<string | null> {
    this.#python = new PythonProcess(PEER_PYTHON, [SCRIPT]);
    if ((await this.#python.hear()) !== null) return null;
    return 'no python with paho-mqtt; set ASSAY_PEER_PYTHON to one that has .ci/peers.txt';
  }

  async start(port: number, version: MqttVersion): Promise<Victim> {
    await this.#python?.ask({ do: 'start', port, version });
    return {
      report: async () =>
        ((await this.#python?.ask({ do: 'report' })) as VictimReport | null) ?? {
          topics: [],
          complained: false,
          died: 'its process',
        },
      stop: async () => void (await this.#python?.ask({ do: 'stop' })),
    };
  }

  async close(): Promise<void> {
    await this.#python?.stop();
  }
}
