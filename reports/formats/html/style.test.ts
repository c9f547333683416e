import assert from 'node:assert/strict';
import { STYLE } from './style.ts';

type Theme = Readonly<Record<string, string>>;

/** Custom properties of the first block that begins with the text. */
function theme(begin: string): Theme {
  const from = STYLE.indexOf('{', STYLE.indexOf(begin) + begin.length - 1);
  const block = STYLE.slice(from, STYLE.indexOf('}', from));
  return Object.fromEntries(
    [...block.matchAll(/--([a-z-]+):(#[0-9a-f]{3,6})/g)].map(([, name, hex]) => [name, hex]),
  );
}

/** Relative luminance as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const full = hex.length === 4 ? hex.slice(1).replaceAll(/./g, '$&$&') : hex.slice(1);
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(full.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string | undefined, b: string | undefined): number {
  assert.ok(a !== undefined && b !== undefined);
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const TEXTS = ['ink', 'soft', 'accent', 'pass', 'fail', 'inconclusive', 'error', 'not-applicable'];

describe('contrast', () => {
  const light = theme(':root{');
  const dark = { ...light, ...theme('@media screen and (prefers-color-scheme:dark){:root{') };

  it('is the light one on paper, whatever the screen prefers', () => {
    assert.equal(STYLE.split('prefers-color-scheme').length, 2);
    assert.notDeepEqual(light, dark);
  });

  it('computes what WCAG says', () => {
    assert.equal(contrast('#000', '#fff').toFixed(1), '21.0');
    assert.equal(contrast('#777777', '#ffffff').toFixed(2), '4.48');
  });

  for (const [name, colours] of Object.entries({ light, dark })) {
    it(`is at least 4.5 for every text colour on paper and panel, ${name}`, () => {
      for (const text of TEXTS) {
        for (const ground of ['bg', 'panel']) {
          assert.ok(contrast(colours[text], colours[ground]) >= 4.5, `${text} on ${ground}`);
        }
      }
    });

    it(`is at least 4.5 on the tinted grounds, ${name}`, () => {
      for (const verdict of TEXTS.slice(3)) {
        const ground = colours[`${verdict}-bg`];
        for (const text of [verdict, 'ink', ...(verdict === 'pass' ? TEXTS.slice(3) : [])]) {
          assert.ok(contrast(colours[text], ground) >= 4.5, `${text} on ${verdict}-bg`);
        }
      }
    });

    it(`is at least 4.5 for the labels of a chart, ${name}`, () => {
      assert.ok(contrast(colours['ct'], colours['panel']) >= 4.5, 'label');
      assert.ok(contrast(colours['cx'], colours['panel']) >= 4.5, 'label of the path');
      assert.ok(contrast(colours['ink'], colours['ch']) >= 4.5, 'state');
    });
  }
});
