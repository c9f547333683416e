import type { InputProtocol } from '#core/board.ts';
import { broken, type Examination, type Patient, well } from '#engine/doctor/patient.ts';
import { checkpoints } from '#engine/doctor/checkpoints.ts';
import { powerCycle } from '#engine/doctor/power-cycle.ts';

/** A shell answers within this; so does a board that boots. */
const ANSWER_MS = 3000;
/** Bytes of the golden image that the probe is asked for. */
const PROBED = 256;
const GARBAGE = 512;

/** The golden state: restored if a probe can, and the image that runs is the one that the bench names. */
const firmware: Examination = {
  check: 'firmware',
  slot: 'identity',
  async look({ rig, call }) {
    await rig.prepare(call);
    const { golden } = rig.board.firmware;
    return well(`the golden image runs: ${golden.name}, version ${golden.version}`);
  },
};

/** Which board it is, out of many that look alike. */
const chip: Examination = {
  check: 'chip-id',
  slot: 'identity',
  async look({ entry, rig, call }) {
    const found = (await rig.chipId?.(call)) ?? null;
    const named = entry.care?.chipId;
    if (found === null) {
      if (named === undefined) return null;
      return {
        state: 'unknown',
        seen: `the chip id cannot be read, so nothing shows that this is ${named}`,
        mend: 'wire a probe that can read it',
      };
    }
    if (named === undefined)
      return well(`the chip is ${found}; name it in the bench file to have it checked`);
    if (named.toLowerCase() === found.toLowerCase())
      return well(`the chip is the one that the bench names: ${found}`);
    return broken(
      `the chip is ${found}, and the bench names ${named}`,
      'plug in the board that the bench names, or correct its chipId',
    );
  },
};

/** Both directions of the console: what a board says when it is spoken to. */
const echo: Examination = {
  check: 'console-echo',
  slot: 'channel',
  async look({ rig, ear, call }) {
    if (ear === null || rig.channel === undefined) return null;
    ear.forget();
    await rig.channel.write(Uint8Array.of(0x0d, 0x0a), call);
    await ear.await(rig.clock, ANSWER_MS, call.signal);
    if (ear.heard !== '') return well(`answers a line end with ${ear.quotation}`);
    return {
      state: 'unknown',
      seen: 'does not answer a line end, as firmware without a shell does not',
      mend: 'nothing, where the firmware was identified over this console; else check RX, TX and the baud rate',
    };
  },
};

/** Noise must not stop the application from answering. */
const garbage: Examination = {
  check: 'console-garbage',
  slot: 'channel',
  async look({ rig, call }) {
    if (rig.channel === undefined || rig.identity === undefined) return null;
    const noise = Uint8Array.from({ length: GARBAGE }, (_, index) => (index * 89 + 7) & 0xff);
    await rig.channel.write(noise, call);
    const after = await rig.identity.read(call);
    if (after.running) return well(`answers after ${GARBAGE} bytes of garbage (${after.how})`);
    return broken(
      `does not answer after garbage: ${after.why}`,
      'reset the board; its console takes no noise, so keep other programs off the port',
    );
  },
};

/** Valid input over one interface, which attacks with hostile input rely on. */
const input = (protocol: InputProtocol): Examination => ({
  check: `input-${protocol}`,
  slot: 'radio',
  async look({ rig, call }) {
    if (!rig.board.inputs.includes(protocol) || rig.radio === undefined) return null;
    const { alive, how } = await rig.radio.alive(protocol, call);
    if (alive) return well(`answers valid input: ${how}`);
    return broken(
      `does not answer valid input: ${how}`,
      'check that the application serves this interface, and that the bench names it rightly',
    );
  },
});

/** Flash as the probe reads it, against the image that runs. */
const probe: Examination = {
  check: 'probe-read',
  slot: 'probe',
  async look({ rig, call }) {
    if (rig.probe === undefined) return null;
    const { golden } = rig.board.firmware;
    const wanted = golden.bytes.subarray(0, PROBED);
    for (const { name, offset, size } of rig.board.areas) {
      if (size < wanted.length || wanted.length === 0) continue;
      const read = await rig.probe.read(offset, wanted.length, call);
      if (Buffer.compare(read, wanted) === 0)
        return well(`reads the golden image in ${name}, at 0x${offset.toString(16)}`);
    }
    return broken(
      'the probe finds the golden image in no area of flash',
      'check that probe and console belong to the same board, and that its debug port is open',
    );
  },
};

/** Protection and counters, as they go into the report. */
const deviceBlock: Examination = {
  check: 'device-block',
  slot: 'probe',
  async look({ rig, call }) {
    if (rig.probe === undefined) return null;
    const fuses = Object.entries(await rig.probe.fuses(call));
    if (fuses.length === 0)
      return broken('the probe tells nothing of protection and counters', 'give the probe the words to read');
    return well(fuses.map(([name, value]) => `${name} ${value}`).join(', '));
  },
};

/** The board stays as it was found: powered and running. */
const left: Examination = {
  check: 'left-running',
  slot: 'power',
  async look(patient: Patient) {
    const { rig, call } = patient;
    if (rig.power === undefined || rig.identity === undefined) return null;
    await rig.prepare(call);
    return well('the board is left powered, with its golden image');
  },
};

const INPUTS: readonly InputProtocol[] = ['smp', 'mqtt', 'http', 'https', 'coap', 'mdns', 'ble'];

/** What is looked at on an opened board, in this order. */
export const EXAMINATIONS: readonly Examination[] = [
  firmware,
  chip,
  echo,
  garbage,
  ...INPUTS.map(input),
  probe,
  deviceBlock,
  powerCycle,
  checkpoints,
  left,
];
