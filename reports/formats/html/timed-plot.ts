import type { TimedStrip } from '#core/record.ts';
import { cutKey, outcomeWords } from './cut-plot.ts';
import { CUT_HEIGHT } from './cut-words.ts';
import { markup, type Markup } from './markup.ts';
import { count } from './words.ts';

const WIDTH = 680;
const LEFT = 104;
const ROW = 30;
const ROWS = ['spread', 'narrowed'] as const;
const ROW_NAME = { spread: 'spread', narrowed: 'where it changes' } as const;

function place(strip: TimedStrip, atMs: number): number {
  const share = strip.ms > 0 ? Math.min(1, Math.max(0, atMs / strip.ms)) : 0;
  return LEFT + share * WIDTH;
}

/** Windows of the phase as a ground of two shades, so that a mark of the console can be seen beside the cuts. */
function ground(strip: TimedStrip, height: number): Markup[] {
  return strip.windows.map(({ name, fromMs, toMs }, index) => {
    const from = place(strip, fromMs);
    const width = Math.max(0.5, place(strip, toMs) - from);
    return markup`<rect class="w${index % 2}" x="${from.toFixed(1)}" y="0" width="${width.toFixed(1)}" height="${height}"><title>${name}</title></rect>`;
  });
}

function bar(strip: TimedStrip, cut: TimedStrip['cuts'][number]): Markup {
  const x = place(strip, cut.atMs);
  const bottom = ROWS.indexOf(cut.purpose) * ROW + 26;
  const height = CUT_HEIGHT[cut.outcome];
  const mark = cut.broken
    ? markup`<path class="mark" d="M${x.toFixed(1)} ${bottom - height - 2}l-3 -4h6z" />`
    : null;
  return markup`<rect class="c-${cut.outcome}" x="${(x - 1).toFixed(1)}" y="${bottom - height}" width="2" height="${height}" />${mark}`;
}

/** What ran after each cut, over the time of the phase. */
export function timedPlot(strip: TimedStrip): Markup {
  const rows = ROWS.filter((purpose) => strip.cuts.some((cut) => cut.purpose === purpose));
  const height = rows.length * ROW + 2;
  const words = outcomeWords(strip.outcomes);
  const labels = rows.map(
    (purpose, index) =>
      markup`<text x="${LEFT - 8}" y="${index * ROW + 22}" text-anchor="end">${ROW_NAME[purpose]}</text>`,
  );
  const told = words.map(([, text]) => text).join(', ');
  return markup`<figure class="cuts"
    ><figcaption>Outcome of ${count(strip.cuts.length, 'power cut')} by time over the ${strip.phase}, ${Math.round(strip.ms)} ms in ${count(strip.windows.length, 'window')}</figcaption
    ><div class="scroll" role="group" tabindex="0" aria-label="Plot of power cuts by time"
      ><svg role="img" aria-label="${told}" viewBox="0 -8 ${WIDTH + LEFT + 8} ${height + 28}"
        >${ground(strip, height)}${labels}${strip.cuts.map((cut) => bar(strip, cut))}<path class="axis" d="M${LEFT} ${height}h${WIDTH}" /><text x="${LEFT}" y="${height + 14}">0</text
        ><text x="${LEFT + WIDTH}" y="${height + 14}" text-anchor="end">${Math.round(strip.ms)} ms</text></svg
      ></div
    >${cutKey(
      words,
      strip.cuts.some(({ broken }) => broken),
    )}</figure
  >`;
}
