import type {
  Calibration,
  Campaign,
  CampaignRecord,
  ClockSource,
  Instrument,
  IxitRow,
  Laboratory,
  Party,
  Person,
  Statement,
} from '#core/campaign.ts';
import type { RunReport } from '#core/record.ts';
import { claimText } from '#core/statement-gaps.ts';
import { factList, hash, rowTable, UNSTATED, type Fact } from './facts.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { moment } from './words.ts';

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(', ');
}

function party(of: Party | undefined): Part {
  return of === undefined ? UNSTATED : joined(of.name, of.address, of.contact);
}

function person(of: Person | undefined): Part {
  return of === undefined ? UNSTATED : joined(of.name, of.role, of.organisation);
}

function laboratory(lab: Laboratory | undefined): Part {
  if (lab === undefined) return UNSTATED;
  const own = lab.independence === 'manufacturer';
  return markup`${party(lab)}. <span class="soft">${own ? 'It belongs to the maker of the items: a test of its own.' : 'It states that it is independent of the maker of the items.'}</span>`;
}

function clock(of: ClockSource | undefined, report: RunReport): Part {
  const host = `the clock of the host (${report.tool.platform}), in UTC`;
  if (of === undefined) return markup`${host}; what sets it is <span class="soft">not stated</span>`;
  const offset = of.offsetMs === undefined ? '' : `, offset ${of.offsetMs} ms`;
  return `${host}, set by ${of.source}${offset}${of.checkedAt === undefined ? '' : `, checked on ${of.checkedAt}`}`;
}

function listed(items: readonly string[] | undefined, none: string): Part {
  if (items === undefined) return UNSTATED;
  return items.length === 0 ? none : markup`<ul>${items.map((item) => markup`<li>${item}</li>`)}</ul>`;
}

function deviations(campaign: Campaign | undefined): Part {
  const told = campaign?.deviations?.map(({ what, why, attacks }) => {
    const bears = attacks === undefined ? '' : ` (${attacks.join(', ')})`;
    return `${what}${bears}${why === undefined ? '' : `: ${why}`}`;
  });
  return listed(told, 'None, as stated');
}

function origin(record: CampaignRecord | null): Fact[] {
  if (record === null) return [];
  const { source, amends } = record;
  return [
    ['Stated in', markup`<code>${source.file}</code>, SHA-256 ${hash(source.sha256)}`],
    ...(amends === null
      ? []
      : [
          [
            'Amended',
            markup`This report replaces an earlier one, whose campaign had digest ${hash(amends)}.`,
          ] as const,
        ]),
  ];
}

function facts(report: RunReport): readonly Fact[] {
  const campaign = report.campaign?.campaign;
  return [
    ['Report', markup`<code>${report.id}</code>`],
    ['Issued', campaign?.issuedAt ?? UNSTATED],
    ['Laboratory', laboratory(campaign?.lab)],
    ['Where', campaign?.site ?? (campaign?.lab === undefined ? UNSTATED : 'at the laboratory')],
    ['Customer', party(campaign?.customer)],
    ['Operator', person(campaign?.operator)],
    ['Authorised by', person(campaign?.authoriser)],
    ['Tests made', `${moment(report.startedAt)} to ${moment(report.endedAt)}`],
    ['Dates from', clock(campaign?.clock, report)],
    ['Surroundings', campaign?.conditions ?? UNSTATED],
    ['Units tested', campaign?.sampling ?? UNSTATED],
    ['Deviations', deviations(campaign)],
    ['Results of others', listed(campaign?.external, 'None, as stated')],
    ...origin(report.campaign),
  ];
}

function calibration(of: Calibration | undefined): Part {
  if (of === undefined) return UNSTATED;
  if ('none' in of) return `none needed: ${of.none}`;
  const more = joined(
    of.certificate,
    of.uncertainty === undefined ? undefined : `uncertainty ${of.uncertainty}`,
  );
  return `${of.on}, due ${of.due}${more === '' ? '' : `; ${more}`}`;
}

function instrumentRow({
  serves,
  boards,
  model,
  serial,
  firmware,
  calibration: of,
}: Instrument): readonly Part[] {
  return [serves, joined(model, firmware), serial ?? UNSTATED, boards?.join(', ') ?? 'all', calibration(of)];
}

function statementRow({ standard, clause, claim, reason, ixit }: Statement): readonly Part[] {
  return [clause, standard, claimText(claim), reason ?? '', ixit?.join(', ') ?? ''];
}

function ixitRow({ id, standard, table, boards, fields }: IxitRow): readonly Part[] {
  const said = Object.entries(fields).map(([name, value]) => markup`<li><b>${name}:</b> ${value}</li>`);
  return [id, `${table} (${standard})`, boards?.join(', ') ?? 'all', markup`<ul>${said}</ul>`];
}

function titled(title: string, table: Markup | null): Markup | null {
  return table === null ? null : markup`<h3>${title}</h3>${table}`;
}

function tables(campaign: Campaign): Part {
  const { instruments = [], statements = [], ixit = [] } = campaign;
  return [
    titled(
      'Instruments',
      rowTable(
        'Instruments and their calibration',
        ['Serves', 'Model', 'Serial number', 'Boards', 'Calibrated'],
        instruments.map(instrumentRow),
      ),
    ),
    titled(
      'Statements of applicability',
      rowTable(
        'What the maker states of clauses',
        ['Clause', 'Standard', 'Claim', 'Reason', 'Details'],
        statements.map(statementRow),
      ),
    ),
    titled(
      'Implementation details',
      rowTable(
        'What the maker says of its implementation',
        ['Row', 'Table', 'Boards', 'Stated'],
        ixit.map(ixitRow),
      ),
    ),
  ];
}

/** Who tested what for whom, as people stated it: contents after ISO/IEC 17025:2017, 7.8. */
export function campaignSection(report: RunReport): Markup {
  const { campaign } = report;
  const said =
    campaign === null
      ? 'Nobody stated anything of this run: give assay a campaign file.'
      : 'Stated by people in a campaign file, not measured by the run. The entries follow ISO/IEC 17025:2017, 7.8.';
  return markup`<section id="campaign" aria-labelledby="h-campaign"><h2 id="h-campaign">Who tested, for whom, how</h2>
<p class="soft">${said}</p>${factList(facts(report))}${campaign === null ? null : tables(campaign.campaign)}
<p class="only"><strong>Results relate only to the items tested</strong>, as identified below, in the state they were in. Parts of this
report say less than the whole: pass it on in full.</p></section>`;
}
