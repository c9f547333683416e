import type { CutFailure, RunReport } from '#core/record.ts';
import { TEAR_MODELS } from '#core/tear.ts';
import { flashMapView } from './flash-map-view.ts';
import { markup, type Markup } from './markup.ts';
import type { NumberedRecord } from './subjects.ts';

type Place = CutFailure['sequence']['cuts'][number];

const CAPTION = {
  left: 'Flash as the last cut left it',
  settled: 'Flash once the board had settled',
} as const;

function placeItem({ operation, tear, seed, kind, address, length }: Place, index: number): Markup {
  const model = Object.hasOwn(TEAR_MODELS, tear) ? TEAR_MODELS[tear] : undefined;
  const where =
    kind === 'fuse' ? `fuse word ${address}` : `${kind} of ${length} bytes at 0x${address.toString(16)}`;
  const since = index === 0 ? 'of the phase' : 'of the recovery';
  const seeded = model?.seeded === true ? markup`, seed <code>${seed}</code>` : null;
  const physics =
    model === undefined ? null : markup` <span class="soft">${model.title}: ${model.physics}</span>`;
  return markup`<li>operation ${operation} ${since}, ${where}: <code>${tear}</code>${seeded}.${physics}</li>`;
}

/** Each map once: a board that never changes anything again settles where the cut left it. */
function drawnMaps(maps: CutFailure['maps']): Markup[] {
  const [left, settled] = maps;
  if (left !== undefined && settled?.digest === left.digest) {
    return [flashMapView(left.map, `${CAPTION.left}, and as it stays (SHA-256 ${left.digest.slice(0, 16)})`)];
  }
  return maps.map(({ when, digest, map }) =>
    flashMapView(map, `${CAPTION[when]} (SHA-256 ${digest.slice(0, 16)})`),
  );
}

/** The shortest sequence of cuts that breaks a board, how to repeat it, and the flash that it leads to. */
export function cutFailureView(record: NumberedRecord, report: RunReport): Markup | null {
  const failure = report.cutFailures[record.evidence.file];
  if (failure === undefined) return null;
  const { sequence, maps } = failure;
  const command = `npx assay replay <run> ${record.scenario} --board ${record.board} --cuts`;
  return markup`<div class="failure"><h6>Shortest sequence that breaks the board</h6>
<ol class="steps">${sequence.cuts.map(placeItem)}</ol>
<p>Repeat it, byte for byte: <code>${command}</code></p>
<p class="soft">State left <code class="hash">${sequence.left}</code>, settled <code class="hash">${sequence.state}</code></p>
${drawnMaps(maps)}</div>`;
}
