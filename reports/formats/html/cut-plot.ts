import { CUT_OUTCOMES } from '#core/cut-strip.ts';
import type { CutOutcome, CutStrip } from '#core/record.ts';
import { markup, type Markup } from './markup.ts';
import { count, grouped } from './words.ts';

/** Width of the plot in user units; more operations than this share a column, the worst outcome showing. */
const WIDTH = 720;
const ROW = 22;
const LEFT = 56;

const MEANING: Readonly<Record<CutOutcome, string>> = {
  old: 'old image back',
  new: 'new image runs',
  stuck: 'old image back, no longer updatable',
  other: 'some other image',
  nothing: 'nothing boots',
};

/** Each outcome has its own height as well as its own colour. */
const HEIGHT: Readonly<Record<CutOutcome, number>> = {
  old: 6,
  new: 14,
  stuck: 10,
  other: 16,
  nothing: 18,
};

function bar(strip: CutStrip, row: number, run: CutStrip['rows'][number]['runs'][number]): Markup {
  const [first, length, outcome] = run;
  const scale = WIDTH / Math.max(1, strip.operations);
  const height = HEIGHT[outcome];
  const y = row * ROW + 18 - height;
  const width = Math.max(outcome === 'old' || outcome === 'new' ? 0.5 : 2, length * scale);
  return markup`<rect class="c-${outcome}" x="${(LEFT + first * scale).toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${height}" />`;
}

/** Runs worst last, so that a bad cut is never painted over by a good neighbour. */
function painted(strip: CutStrip): Markup[] {
  return strip.rows.flatMap(({ runs }, index) =>
    runs
      .toSorted((a, b) => CUT_OUTCOMES.indexOf(a[2]) - CUT_OUTCOMES.indexOf(b[2]))
      .map((run) => bar(strip, index, run)),
  );
}

/** Ticks under the axis, one for each operation that erases a page. */
function eraseTicks({ erases, operations }: CutStrip, y: number): Markup {
  const scale = WIDTH / Math.max(1, operations);
  const ticks = erases
    .map((operation) => `M${(LEFT + (operation + 0.5) * scale).toFixed(1)} ${y}v6`)
    .join('');
  return markup`<text x="${LEFT - 8}" y="${y + 8}" text-anchor="end">erase</text><path class="tick" d="${ticks}" />`;
}

/** What ran after a cut at each flash operation: one row for each way of tearing. */
export function cutPlot(strip: CutStrip): Markup {
  const shown = CUT_OUTCOMES.filter((outcome) => strip.outcomes[outcome] > 0);
  const words = shown.map((outcome) => `${grouped(strip.outcomes[outcome])} ${MEANING[outcome]}`);
  const total = Object.values(strip.outcomes).reduce((a, b) => a + b, 0);
  const bottom = strip.rows.length * ROW + 4;
  const ticks = strip.erases.length === 0 ? null : eraseTicks(strip, bottom + 3);
  const under = bottom + (ticks === null ? 14 : 26);
  const last = strip.operations - 1;
  const labels = strip.rows.map(
    ({ tear }, index) =>
      markup`<text x="${LEFT - 8}" y="${index * ROW + 15}" text-anchor="end">${tear}</text>`,
  );
  return markup`<figure class="cuts"
    ><figcaption>Outcome of ${count(total, 'power cut')} over ${count(strip.operations, 'flash operation')}</figcaption
    ><div class="scroll" role="group" tabindex="0" aria-label="Plot of power cuts"
      ><svg role="img" aria-label="${words.join(', ')}" viewBox="0 0 ${WIDTH + LEFT + 8} ${under + 6}"
        >${labels}${painted(strip)}<path class="axis" d="M${LEFT} ${bottom}h${WIDTH}" />${ticks}<text x="${LEFT}" y="${under}">0</text
        ><text x="${LEFT + WIDTH}" y="${under}" text-anchor="end">operation ${last}</text></svg
      ></div
    ><ul class="key">${shown.map((outcome, index) => markup`<li><span class="sw c-${outcome}" aria-hidden="true"></span>${words[index] ?? ''}</li>`)}</ul></figure
  >`;
}
