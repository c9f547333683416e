import { assembleReport, type RunInput } from '#core/assemble.ts';
import { Telling } from '#core/told.ts';
import { MANY, speaksForItself } from '#core/volume.ts';
import type { CampaignRecord } from '#core/campaign.ts';
import { sha256Hex } from '#core/digest.ts';
import type { MachineGraph } from '#core/graph.ts';
import type { AttackSummary, BoardSummary, RecordSummary, RunReport, Standard } from '#core/record.ts';
import type { Verdict } from '#core/verdict.ts';
import { chainOf } from './sample-evidence.fixture.ts';
import { standard as cra } from '../../standards/cra-annex-i.ts';
import { standard as red } from '../../standards/en-18031-1.ts';
import { standard as etsi } from '../../standards/etsi-en-303-645.ts';
import { standard as nist } from '../../standards/nist-ir-8425.ts';

/** What a sample run is to hold. */
export interface SampleOptions {
  /** Scenarios per attack and board. */
  readonly perAttack: number;
  /** Adds a board built with flaws, whose scenarios fail. */
  readonly flawed?: boolean;
  /** Ids of the attacks that ran; all where it is left out. */
  readonly only?: readonly string[];
  /** Text that a board prints on the console in the first record. */
  readonly consoleText?: string;
  readonly campaign?: CampaignRecord;
}

/** Some standards, as the engine would find them. */
export const standards: readonly Standard[] = [cra, red, etsi, nist];

const state = (id: string, verb: string | null, description: string) =>
  ({ id, type: verb === null ? 'final' : 'state', verb, description }) as const;

const graph: MachineGraph = {
  initial: 'offering',
  nodes: [
    state('offering', 'offerImage', 'Offers the image by the update path under test.'),
    state('starting', 'activate', 'Restarts the board so that the image gets its trial boot.'),
    state('resetting', 'resetBoard', 'Resets the board before the image is confirmed.'),
    state('reverted', null, 'The old image came back.'),
    state('stayed', null, 'The unconfirmed image stayed.'),
    state('refused', null, 'The image was not taken.'),
    state('notRunning', null, 'The image never ran.'),
    state('noAnswer', null, 'The board gave no usable answer.'),
  ],
  edges: [
    { from: 'offering', to: 'starting', label: 'done [accepted]' },
    { from: 'offering', to: 'refused', label: 'done' },
    { from: 'offering', to: 'noAnswer', label: 'error [boardAtFault]' },
    { from: 'starting', to: 'resetting', label: 'done [updateRuns]' },
    { from: 'starting', to: 'notRunning', label: 'done' },
    { from: 'starting', to: 'noAnswer', label: 'error [boardAtFault]' },
    { from: 'resetting', to: 'reverted', label: 'done [goldenRuns]' },
    { from: 'resetting', to: 'stayed', label: 'done' },
    { from: 'resetting', to: 'noAnswer', label: 'error [boardAtFault]' },
  ],
};

const attack = (id: string, title: string, why: string): AttackSummary => ({
  id,
  family: id.split('/')[0] ?? id,
  title,
  why,
  graph,
});

const attacks: readonly AttackSummary[] = [
  attack(
    'control/update',
    'A valid update installs',
    'Without it nothing below could be told from a dead bench.',
  ),
  attack(
    'rollback/unconfirmed',
    'An unconfirmed update is given up',
    'An update that never proves itself must not stay. A sound board goes back at the next reset.',
  ),
  attack(
    'downgrade/older-version',
    'An older signed version is offered',
    'Old versions are authentic and carry known flaws. A sound board refuses them on every path.',
  ),
  attack(
    'corrupted-image/bit-flip',
    'One bit of the image is changed',
    'Every region of the image is hit in turn. A sound board runs none of them.',
  ),
  attack(
    'fuzzed-wireless/smp',
    'Malformed SMP messages',
    'Anybody in radio range can send these. A sound board stays alive and answers the next valid request.',
  ),
  attack(
    'power-loss/upgrade',
    'Power is cut during the upgrade',
    'Power fails at the worst moment, always. A sound board boots the old or the new image, whole.',
  ),
];

const board = (id: string, title: string, soc: string, bootloader: string): BoardSummary => ({
  id,
  title,
  kind: 'virtual',
  soc,
  bootloader,
  firmware: { version: '1.2.0+0', digest: sha256Hex(id), signingKeyId: sha256Hex(`key ${id}`) },
  instruments: {
    channel: 'virtual uart0',
    power: 'simulated supply',
    update: 'SMP over the console',
    probe: 'direct flash access',
  },
  fuses: {
    'security counter': '2',
    approtect: 'disabled',
    'signing key digest': sha256Hex(`fuse ${id}`).slice(0, 16),
  },
  protections: {
    rollback: true,
    downgradeByVersion: true,
    downgradeByCounter: true,
    hardwareCounter: true,
    signature: true,
    watchdogMs: 4000,
  },
});

const boards: readonly BoardSummary[] = [
  board('nrf52840-dk', 'Nordic nRF52840 DK', 'nRF52840', 'MCUboot 2.1.0, swap using move'),
  board('esp32-devkitc', 'Espressif ESP32-DevKitC', 'ESP32', 'ESP-IDF 5.5 boot loader, two OTA slots'),
];

const RARE: Readonly<Record<number, Verdict>> = { 5: 'inconclusive', 9: 'not-applicable', 13: 'error' };

function verdictOf(flaws: readonly string[], family: string, index: number): Verdict {
  if (flaws.length > 0 && family !== 'control') return index % 2 === 0 ? 'fail' : 'pass';
  return RARE[index] ?? 'pass';
}

function recordOf(
  of: AttackSummary,
  on: BoardSummary,
  flaws: readonly string[],
  index: number,
): RecordSummary {
  const verdict = verdictOf(flaws, of.family, index);
  const scenario = `${of.id}/variant-${index + 1}`;
  const folder = flaws.length === 0 ? on.id : `${on.id}+flaws`;
  const failed = verdict === 'fail';
  return {
    board: on.id,
    flaws,
    attack: of.id,
    family: of.family,
    scenario,
    title: `${of.title}, variant ${index + 1}`,
    verdict,
    rule: failed
      ? 'the update stayed although nobody confirmed it'
      : 'an unconfirmed image must be given up at the next reset',
    expected: 'golden 1.2.0 runs again after the reset, confirmed',
    observed: failed
      ? 'candidate 1.3.0 still runs from slot0, not confirmed'
      : 'golden 1.2.0 runs from slot0, confirmed',
    reached: verdict === 'pass' || failed ? 'candidate 1.3.0 answered on its trial boot' : null,
    control:
      of.family === 'control'
        ? null
        : { scenario: 'control/update/variant-1', verdict: 'pass', head: sha256Hex('control') },
    ...(of.family === 'power-loss'
      ? { coverage: { cases: 720, of: 'power cuts', detail: { operations: 240, 'distinct end states': 2 } } }
      : {}),
    ...(of.family === 'fuzzed-wireless'
      ? { coverage: { cases: 64, of: 'malformed messages', detail: { seed: 7 } } }
      : {}),
    findings:
      index === 1
        ? [
            {
              id: 'equal-version',
              class: 'weakness',
              text: 'An image of the running version is taken again.',
              reference: 'CWE-1328',
            },
          ]
        : [],
    stimulus: sha256Hex(scenario),
    seed: 7,
    path: ['offering', 'starting', 'resetting', failed ? 'stayed' : 'reverted'],
    startedAt: '2026-11-22T10:00:00.000Z',
    wallMs: 12.5 + index,
    rigMs: 5400 + index * 10,
    evidence: {
      file: `records/${folder}/${scenario.replaceAll('/', '.')}.jsonl`,
      entries: 40,
      head: sha256Hex(`head ${folder} ${scenario}`),
    },
  };
}

function recordsOf(options: SampleOptions): RecordSummary[] {
  const builds: (readonly string[])[] = options.flawed === true ? [[], ['mcuboot/test-is-permanent']] : [[]];
  return builds.flatMap((flaws) =>
    boards.flatMap((on) =>
      attacks
        .filter((of) => options.only?.includes(of.id) ?? true)
        .flatMap((of) =>
          Array.from({ length: of.family === 'control' ? 2 : options.perAttack }, (_, index) =>
            recordOf(of, on, flaws, index),
          ),
        ),
    ),
  );
}

/** A run as the engine would hand it over. */
export function sampleInput(options: SampleOptions): RunInput {
  const records = recordsOf(options);
  const usual = '*** Booting MCUboot v2.1.0 ***';
  const telling = new Telling();
  const lengths = records.map((record, index) => {
    const text = index === 0 ? (options.consoleText ?? usual) : usual;
    const chain = chainOf(record, text);
    telling.add(record.evidence.file, chain, {
      timeline: records.length <= MANY || !speaksForItself(record),
    });
    return chain.length;
  });
  return {
    id: '20261122-100000-7f3a',
    tool: { name: 'assay', version: '0.1.0', node: 'v20.19.0', platform: 'linux x64' },
    title: 'Update security of two virtual boards',
    startedAt: '2026-11-22T10:00:00.000Z',
    endedAt: '2026-11-22T10:00:41.250Z',
    interrupted: false,
    seed: 7,
    bench: { id: 'virtual', title: 'Virtual bench' },
    boards,
    attacks,
    records: records.map((record, index) =>
      Object.assign({}, record, {
        evidence: { ...record.evidence, entries: lengths[index] ?? 0 },
      }),
    ),
    told: telling.told,
    campaign: options.campaign ?? null,
    standards,
  };
}

/** The report of a sample run. */
export function sampleReport(options: SampleOptions): RunReport {
  return assembleReport(sampleInput(options));
}
