import type { CampaignRecord, Device, SbomCheck, SbomSummary } from '#core/campaign.ts';
import type { BoardSummary } from '#core/record.ts';
import { factList, hash, rowTable, UNSTATED, type Fact } from './facts.ts';
import { markup, type Markup, type Part } from './markup.ts';
import { glyph } from './verdict.ts';
import { count } from './words.ts';

function differences({ differences: told }: Device): Part {
  if (told === undefined) return UNSTATED;
  return told.length === 0
    ? 'none, as stated'
    : markup`<ul>${told.map((one) => markup`<li>${one}</li>`)}</ul>`;
}

function released({ releasedImage }: Device, board: BoardSummary): Part {
  if (releasedImage === undefined) return UNSTATED;
  return releasedImage === board.firmware.digest
    ? 'the image that was tested'
    : markup`another image: ${hash(releasedImage)}`;
}

function facts(device: Device, board: BoardSummary): readonly Fact[] {
  return [
    ['Maker', device.maker ?? UNSTATED],
    ['Model', device.model ?? UNSTATED],
    ['Revision', device.hardwareRevision ?? UNSTATED],
    ['Serial number', device.serial ?? UNSTATED],
    ...(device.siliconRevision === undefined ? [] : [['Silicon', device.siliconRevision] as const]),
    ['Build type', device.buildType ?? UNSTATED],
    ['Differs from what is sold', differences(device)],
    ['Released image', released(device, board)],
    ['Received', device.receivedAt ?? UNSTATED],
    ['Condition', device.condition ?? UNSTATED],
  ];
}

function checkRow({ rule, met, detail }: SbomCheck): readonly Part[] {
  return [rule, met ? markup`${glyph('pass')} kept` : markup`${glyph('fail')} not kept`, met ? '' : detail];
}

function ruleSet(rules: string, checks: readonly SbomCheck[]): Markup {
  const broken = checks.filter(({ met }) => !met);
  const said = `${checks.length - broken.length} of ${checks.length} kept`;
  return markup`<p><b>${rules}</b>: ${said}.</p>${rowTable(`Rules of ${rules} that are not kept`, ['Rule', 'Result', 'Where'], broken.map(checkRow))}`;
}

function bill(sbom: SbomSummary): Markup {
  const sets = [...new Set(sbom.checks.map(({ rules }) => rules))];
  const bound =
    sbom.boundBy === null
      ? 'It does not name the image that was tested.'
      : `It names the image that was tested: ${sbom.boundBy}.`;
  return markup`<h4>Bill of materials</h4>${factList(
    [
      ['File', markup`<code>${sbom.name}</code>, kept as <code>${sbom.file}</code>`],
      ['SHA-256', hash(sbom.sha256)],
      ['Format', `${sbom.format}, ${count(sbom.components, 'component')}`],
      ['Bound to the image', bound],
    ],
    'wide',
  )}${sets.map((rules) =>
    ruleSet(
      rules,
      sbom.checks.filter((check) => check.rules === rules),
    ),
  )}`;
}

/** What people stated of an item; it stands apart from what the bench read. */
export function statedOf(board: BoardSummary, campaign: CampaignRecord | null): Markup | null {
  const device = campaign?.campaign.devices?.[board.id];
  const sbom = campaign?.sboms[board.id];
  if (device === undefined) return null;
  return markup`<h4>As stated in the campaign file</h4>${factList(facts(device, board))}${sbom === undefined ? null : bill(sbom)}`;
}
