import assert from 'node:assert/strict';
import type { CutFailure, CutStrip, TearCount, TimedStrip } from '#core/record.ts';
import { cutPlot } from './cut-plot.ts';
import { halves, sideBySide, tearTable } from './cut-table.ts';
import { flashMapView } from './flash-map-view.ts';
import { timedPlot } from './timed-plot.ts';

const outcomes = { old: 4, new: 2, stuck: 0, other: 0, nothing: 0 };

function tear(name: string, broken: number, odd: number): TearCount {
  return { tear: name, cuts: 6, recognised: 1, states: 5, outcomes, broken, odd };
}

const strip: CutStrip = {
  phase: 'revert',
  operations: 6,
  erases: [0],
  outcomes,
  rows: [
    { tear: 'before', runs: [[0, 6, 'old']], broken: [] },
    { tear: '<prefix>', runs: [[1, 1, 'new']], broken: [1] },
  ],
  tears: [tear('before', 0, 0), tear('after', 0, 0), tear('prefix', 3, 1)],
  deeper: null,
};

const timed: TimedStrip = {
  phase: 'upgrade',
  ms: 400,
  windows: [{ name: 'I: <swap>', fromMs: 0, toMs: 400 }],
  cuts: [
    { atMs: 10, purpose: 'spread', outcome: 'old', broken: false },
    { atMs: 390, purpose: 'narrowed', outcome: 'nothing', broken: true },
  ],
  outcomes: { old: 1, new: 0, stuck: 0, other: 0, nothing: 1 },
};

const map: CutFailure['maps'][number]['map'] = {
  page: 4096,
  areas: [
    {
      name: 'slot0',
      address: 0xc000,
      size: 0x76000,
      runs: [
        { address: 0xc000, pages: 3, holds: 'new', from: 0 },
        { address: 0xf000, pages: 114, holds: 'blank' },
        { address: 0x81000, pages: 1, holds: 'other' },
      ],
    },
  ],
  notes: [{ area: 'slot0', field: 'magic', address: 0x81ff0, reads: '<bad>', damaged: true }],
};

/** Markup of what came from outside must not act. */
function assertInert(text: string): void {
  assert.ok(!/<(?:prefix|swap|bad)>/.test(text), text);
}

describe('views of power cuts', () => {
  it('set cuts between operations beside those inside, oddities not counted', () => {
    assert.deepEqual(halves(strip), { between: { cuts: 12, failures: 0 }, inside: { cuts: 6, failures: 2 } });
    const { text } = sideBySide(strip);
    assert.match(text, /found nothing.*found 2 failures.*between operations alone would have passed/s);
    const clean = sideBySide({ ...strip, tears: [tear('before', 0, 0), tear('prefix', 1, 1)] });
    assert.ok(!clean.text.includes('would have passed'));
  });

  it('count by way of tearing, second cuts apart', () => {
    const { tear: _tear, ...deeper } = tear('', 2, 2);
    const { text } = tearTable({ ...strip, deeper });
    assert.match(text, /<code>prefix<\/code>.*first words written.*class="n bad">2</s);
    assert.match(text, /second cut.*<td class="n">0<\/td><td class="n">2<\/td><\/tr><\/tbody>/s);
    assert.ok(!text.includes('nothing boots'), 'outcomes that do not occur have no column');
  });

  it('mark where a rule was broken, by operation and by time', () => {
    const plot = cutPlot(strip).text;
    assert.match(plot, /class="mark"/);
    assertInert(plot);
    assert.ok(!cutPlot({ ...strip, rows: strip.rows.slice(0, 1) }).text.includes('class="mark"'));
    const byTime = timedPlot(timed).text;
    assert.match(byTime, /2 power cuts by time over the upgrade, 400 ms in 1 window/);
    assert.equal(byTime.split('class="mark"').length - 1, 2, 'one in the plot, one in its key');
    assertInert(byTime);
  });

  it('draw flash by whose pages lie where, long blank stretches short', () => {
    const { text } = flashMapView(map, 'Flash as the last cut left it');
    assert.match(text, /114 blank pages/);
    assert.match(text, /slot0: 3 pages at 0xc000: update, from its page 0; 114 pages at 0xf000: blank/);
    assert.match(text, /magic <code>0x81ff0<\/code> <b class="v-fail">&lt;bad&gt;<\/b>/);
    assertInert(text);
  });
});
