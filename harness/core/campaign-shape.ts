import type {
  Calibration,
  Campaign,
  ClockSource,
  Deviation,
  Device,
  Instrument,
  IxitRow,
  Laboratory,
  Party,
  Person,
  Statement,
} from '#core/campaign.ts';
import { misfits, type Misfit, type Shape } from '#core/shape.ts';

const text: Shape = { kind: 'text' };
const date: Shape = { kind: 'date' };
const texts: Shape = { kind: 'list', of: text };

/** An object whose fields are exactly those of the type. */
function object<T>(fields: Readonly<Record<keyof T & string, Shape>>, ...needs: (keyof T & string)[]): Shape {
  return { kind: 'object', fields, needs };
}

const party = object<Party>({ name: text, address: text, contact: text }, 'name');
const person = object<Person>({ name: text, role: text, organisation: text }, 'name');

const lab = object<Laboratory>(
  {
    name: text,
    address: text,
    contact: text,
    independence: { kind: 'choice', of: ['manufacturer', 'independent'] },
  },
  'name',
  'independence',
);

const device = object<Device>({
  maker: text,
  model: text,
  hardwareRevision: text,
  serial: text,
  siliconRevision: text,
  buildType: { kind: 'choice', of: ['production', 'pre-production', 'development'] },
  differences: texts,
  receivedAt: date,
  condition: text,
  releasedImage: { kind: 'sha256' },
  sbom: text,
});

const calibration: Shape = {
  kind: 'either',
  says: '{ on, due } as dates, with certificate and uncertainty where there are any, or { none: why }',
  of: [
    object<Extract<Calibration, { on: string }>>(
      { on: date, due: date, certificate: text, uncertainty: text },
      'on',
      'due',
    ),
    object<Extract<Calibration, { none: string }>>({ none: text }, 'none'),
  ],
};

const instrument = object<Instrument>(
  { serves: text, boards: texts, model: text, serial: text, firmware: text, calibration },
  'serves',
  'model',
);

const statement = object<Statement>(
  {
    standard: text,
    clause: text,
    claim: { kind: 'choice', of: ['supported', 'not-supported', 'not-applicable'] },
    reason: text,
    ixit: texts,
  },
  'standard',
  'clause',
  'claim',
);

const ixit = object<IxitRow>(
  { id: text, standard: text, table: text, boards: texts, fields: { kind: 'map', of: text } },
  'id',
  'standard',
  'table',
  'fields',
);

const deviation = object<Deviation>({ what: text, why: text, attacks: texts }, 'what');
const clock = object<ClockSource>({ source: text, offsetMs: { kind: 'number' }, checkedAt: date }, 'source');

const campaign = object<Campaign>({
  title: text,
  lab,
  site: text,
  customer: party,
  operator: person,
  authoriser: person,
  issuedAt: date,
  clock,
  conditions: text,
  sampling: text,
  standards: texts,
  devices: { kind: 'map', of: device },
  statements: { kind: 'list', of: statement },
  ixit: { kind: 'list', of: ixit },
  instruments: { kind: 'list', of: instrument },
  deviations: { kind: 'list', of: deviation },
  external: texts,
});

/** What keeps a value from being a campaign, field by field; empty where it is one. */
export function campaignMisfits(value: unknown): readonly Misfit[] {
  return misfits(value, campaign);
}

/** True for what `campaignMisfits` finds nothing in. */
export function isCampaign(value: unknown): value is Campaign {
  return campaignMisfits(value).length === 0;
}
