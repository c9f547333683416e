import type {
  Calibration,
  Campaign,
  CampaignRecord,
  Device,
  Instrument,
  SbomSummary,
} from '#core/campaign.ts';
import type { BoardSummary, Gap, StandardCoverage } from '#core/record.ts';
import { statementGaps } from '#core/statement-gaps.ts';

/** What gaps are looked for in. */
export interface GapInput {
  readonly campaign: CampaignRecord | null;
  readonly boards: readonly BoardSummary[];
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly standards: readonly StandardCoverage[];
}

const REPORT = 'the report';

/** What a report needs that only a person can say, in the order of ISO/IEC 17025:2017 7.8.2.1. */
const ENTRIES: readonly (readonly [keyof Campaign, string])[] = [
  ['lab', 'laboratory, with address and independence'],
  ['customer', 'customer'],
  ['operator', 'operator'],
  ['authoriser', 'person who authorises it'],
  ['issuedAt', 'date of issue'],
  ['clock', 'source of its dates'],
  ['sampling', 'choice of the tested units'],
  ['conditions', 'surroundings of the tests'],
  ['deviations', 'deviations, or that there were none'],
  ['external', 'results of others, or that there are none'],
  ['statements', 'statements of applicability (ICS, E.Just)'],
  ['ixit', 'implementation details (IXIT, E.Info)'],
];

const DEVICE: readonly (readonly [keyof Device, string])[] = [
  ['maker', 'maker'],
  ['model', 'model'],
  ['hardwareRevision', 'hardware revision'],
  ['serial', 'serial number'],
  ['receivedAt', 'date of receipt'],
  ['condition', 'condition on receipt'],
  ['buildType', 'build type'],
  ['differences', 'differences from production, or that there are none'],
  ['releasedImage', 'SHA-256 of the released image'],
  ['sbom', 'bill of materials'],
];

function missing(about: string, what: string): Gap {
  return { kind: 'missing', about, what };
}

function conflict(about: string, what: string): Gap {
  return { kind: 'conflict', about, what };
}

function reportGaps(campaign: Campaign | undefined): Gap[] {
  const absent = ENTRIES.filter(([name]) => campaign?.[name] === undefined);
  const address = campaign?.lab !== undefined && campaign.lab.address === undefined;
  return [
    ...absent.map(([, what]) => missing(REPORT, what)),
    ...(address ? [missing(REPORT, 'address of the laboratory')] : []),
  ];
}

function sbomGaps(board: BoardSummary, sbom: SbomSummary | undefined): Gap[] {
  if (sbom === undefined) return [];
  const unmet = sbom.checks.filter(({ met }) => !met);
  const sets = [...new Set(unmet.map(({ rules }) => rules))];
  return [
    ...(sbom.boundBy === null
      ? [conflict(board.title, 'the bill of materials does not name the image that was tested')]
      : []),
    ...sets.map((rules) => {
      const count = unmet.filter((check) => check.rules === rules).length;
      return conflict(
        board.title,
        `the bill of materials misses ${count === 1 ? 'one rule' : `${count} rules`} of ${rules}`,
      );
    }),
  ];
}

function deviceGaps(board: BoardSummary, device: Device | undefined): Gap[] {
  const simulated = board.kind === 'virtual' ? '; a simulation stands in its place' : '';
  if (device === undefined) {
    return [
      missing(board.title, `maker, model, revision, serial number and all else of the item${simulated}`),
    ];
  }
  const { buildType, releasedImage } = device;
  const other = releasedImage !== undefined && releasedImage !== board.firmware.digest;
  return [
    ...DEVICE.filter(([name]) => device[name] === undefined).map(([, what]) => missing(board.title, what)),
    ...(buildType === undefined || buildType === 'production'
      ? []
      : [conflict(board.title, `the item is a ${buildType} build, not what is sold`)]),
    ...(other ? [conflict(board.title, 'the image that was tested is not the one that is released')] : []),
  ];
}

function serves(instrument: Instrument, capability: string, board: BoardSummary): boolean {
  return instrument.serves === capability && (instrument.boards?.includes(board.id) ?? true);
}

/** Instruments of a simulation have neither serial number nor calibration. */
function wiringGaps(board: BoardSummary, instruments: readonly Instrument[]): Gap[] {
  if (board.kind === 'virtual') return [];
  return Object.keys(board.instruments)
    .filter((capability) => !instruments.some((one) => serves(one, capability, board)))
    .map((capability) => missing(board.title, `model and calibration of its ${capability} instrument`));
}

function calibrationGaps({ model }: Instrument, calibration: Calibration | undefined, day: string): Gap[] {
  if (calibration === undefined) return [missing(model, 'calibration, or why none is needed')];
  if ('none' in calibration) return [];
  if (calibration.due < day)
    return [conflict(model, `its calibration ended on ${calibration.due}, before the run`)];
  return calibration.on > day
    ? [conflict(model, `it was calibrated on ${calibration.on}, after the run`)]
    : [];
}

/**
 * What keeps a report from standing alone in a certification file: entries that nobody made, and entries that do not go
 * with what the run shows.
 */
export function gapsOf({ campaign: kept, boards, startedAt, standards }: GapInput): readonly Gap[] {
  const campaign = kept?.campaign;
  const instruments = campaign?.instruments ?? [];
  const day = startedAt.slice(0, 10);
  const found = [
    ...reportGaps(campaign),
    ...boards.flatMap((board) => [
      ...deviceGaps(board, campaign?.devices?.[board.id]),
      ...sbomGaps(board, kept?.sboms[board.id]),
      ...wiringGaps(board, instruments),
    ]),
    ...instruments.flatMap((one) => calibrationGaps(one, one.calibration, day)),
    ...statementGaps(campaign, standards),
  ];
  return found.toSorted((a, b) => Number(a.kind === 'missing') - Number(b.kind === 'missing'));
}
