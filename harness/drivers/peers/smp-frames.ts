import { fileURLToPath } from 'node:url';
import type { CallOptions } from '#core/capabilities.ts';
import { type Draw, draw } from '#codecs/peers/draw.ts';
import type { Peer, PeerResult } from '#codecs/peers/peer.ts';
import { PythonProcess } from '#codecs/peers/python-process.ts';
import { encodeSmpSerial } from '#codecs/smp-serial.ts';
import { decodeSmpHeader, encodeSmp } from '#codecs/smp.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import type { SmpLink } from '#drivers/channel/smp-link.ts';
import { RealClock } from '#drivers/clock.ts';
import { requestKinds, type SmpRequestCase } from '#drivers/peers/smp/requests.ts';

const SCRIPT = fileURLToPath(new URL('smp/frames.py', import.meta.url));
const clock = new RealClock();
const calm = (): CallOptions => ({ signal: new AbortController().signal });

/**
 * Our client's requests beside those of the package `smp`, on which smpclient stands, byte for byte, packet and console
 * lines, in both versions. No independent SMP server is packaged anywhere (Zephyr's own needs its build system): this,
 * and our server's answers to other people's clients, stand in for one. Not compared: what our client makes of a foreign
 * server's answers.
 */
export const peer: Peer = {
  name: 'smp-frames',
  tool: 'smp 4.2.0 (PyPI)',
  async run(options): Promise<PeerResult> {
    const { count, seed } = options;
    const tool = new PythonProcess(process.env['ASSAY_PEER_PYTHON'] ?? 'python3', [SCRIPT]);
    let differ = 0;
    try {
      for (let index = 0; index < count; index++) {
        const random = draw(seed, `smp frame ${index}`);
        const kind = requestKinds[index % requestKinds.length];
        if (kind === undefined) break;
        const difference = await compare(tool, kind(random), random);
        if (difference === 'gone') return { compared: 0, differ: 0, skipped: MISSING };
        if (difference === null) continue;
        differ += 1;
        options.log(`${index}: ${difference}`);
      }
    } finally {
      await tool.stop();
    }
    return { compared: count, differ };
  },
};

const MISSING = 'no python with smp; set ASSAY_PEER_PYTHON to one that has .ci/peers.txt';

async function compare(tool: PythonProcess, request: SmpRequestCase, random: Draw): Promise<string | null> {
  const version = random.oneIn(2) ? 1 : 2;
  const packet = await sentBy(request, version);
  const sequence = decodeSmpHeader(packet)?.sequence ?? 0;
  const [module, name] = request.theirs.split(' ');
  const answer = await tool.ask({ module, name, fields: request.fields, version, sequence });
  if (answer === null) return 'gone';
  const theirs = answer as { readonly packet?: string; readonly lines?: string; readonly failed?: string };
  if (theirs.failed !== undefined) return `${request.theirs}: the tool failed: ${theirs.failed}`;
  const ours = Buffer.from(packet).toString('hex');
  if (theirs.packet !== ours) return `${request.theirs}: ${ours}, not ${theirs.packet}`;
  const lines = Buffer.from(encodeSmpSerial(packet)).toString('hex');
  return theirs.lines === lines ? null : `${request.theirs} as lines: ${lines}, not ${theirs.lines}`;
}

/** The packet that our client sends, to a server that refuses everything. */
async function sentBy(request: SmpRequestCase, version: 1 | 2): Promise<Uint8Array> {
  const sent: Uint8Array[] = [];
  const listeners = new Set<(packet: Uint8Array) => void>();
  const link: SmpLink = {
    name: 'nobody',
    closed: new AbortController().signal,
    onPacket: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    sendPacket: async (packet) => {
      await Promise.resolve();
      sent.push(packet);
      const header = decodeSmpHeader(packet);
      if (header === null) return;
      const refusal = encodeSmp({ ...header, op: header.op + 1 }, [['rc', 8]]);
      for (const listener of listeners) listener(refusal);
    },
    room: (bufferSize) => bufferSize,
    tail: () => '',
  };
  await request.send(new SmpClient(link, clock, { version }), calm()).catch(() => undefined);
  return sent[0] ?? new Uint8Array();
}
