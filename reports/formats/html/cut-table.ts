import { CUT_OUTCOMES } from '#core/cut-strip.ts';
import type { CutStrip, TearCount } from '#core/record.ts';
import { BOUNDARIES, TEAR_MODELS, TEARS, type TearModel } from '#core/tear.ts';
import { CUT_MEANING } from './cut-words.ts';
import { markup, type Markup } from './markup.ts';
import { count, grouped } from './words.ts';

type Figures = Omit<TearCount, 'tear'>;

const WHOLE: ReadonlySet<string> = new Set(BOUNDARIES);

function modelOf(name: string): TearModel | undefined {
  const tear = TEARS.find((known) => known === name);
  return tear === undefined ? undefined : TEAR_MODELS[tear];
}

/** Failures among cuts: what broke a rule and is no documented oddity. */
export function failed({ broken, odd }: Pick<Figures, 'broken' | 'odd'>): number {
  return broken - odd;
}

function outcomeCells({ outcomes }: Figures, shown: readonly (typeof CUT_OUTCOMES)[number][]): Markup[] {
  return shown.map((outcome) => markup`<td class="n">${grouped(outcomes[outcome])}</td>`);
}

function figureCells(figures: Figures, shown: readonly (typeof CUT_OUTCOMES)[number][]): Markup {
  const bad = failed(figures);
  return markup`<td class="n">${grouped(figures.cuts)}</td><td class="n">${grouped(figures.states)}</td>${outcomeCells(figures, shown)}<td class="n${bad > 0 ? ' bad' : ''}">${grouped(bad)}</td><td class="n">${grouped(figures.odd)}</td>`;
}

function tearRow(tear: TearCount, shown: readonly (typeof CUT_OUTCOMES)[number][]): Markup {
  const model = modelOf(tear.tear);
  const title = model === undefined ? null : markup` <span class="soft">${model.title}</span>`;
  return markup`<tr><th scope="row"><code>${tear.tear}</code>${title}</th>${figureCells(tear, shown)}</tr>`;
}

/** Cuts by way of tearing: how many, which states they left, and what became of the board. */
export function tearTable(strip: CutStrip): Markup {
  const shown = CUT_OUTCOMES.filter((outcome) => strip.tears.some((tear) => tear.outcomes[outcome] > 0));
  const heads = shown.map((outcome) => markup`<th scope="col" class="n">${CUT_MEANING[outcome]}</th>`);
  const deeper =
    strip.deeper === null
      ? null
      : markup`<tr><th scope="row">second cut <span class="soft">in the recovery from a first</span></th>${figureCells(strip.deeper, shown)}</tr>`;
  return markup`<div class="scroll" role="group" tabindex="0" aria-label="Power cuts by way of tearing"
><table class="brief tears"><caption>Power cuts in the ${strip.phase}, over ${count(strip.operations, 'flash operation')}, by the way that the flash tears</caption>
<thead><tr><th scope="col">Tear</th><th scope="col" class="n">Cuts</th><th scope="col" class="n">Distinct states left</th>${heads}<th scope="col" class="n">Failures</th><th scope="col" class="n">Oddities</th></tr></thead>
<tbody>${strip.tears.map((tear) => tearRow(tear, shown))}${deeper}</tbody></table></div>`;
}

/** Cuts of several ways of tearing together. */
export function together(tears: readonly TearCount[]): { readonly cuts: number; readonly failures: number } {
  const sum = (of: (tear: TearCount) => number) => tears.reduce((total, tear) => total + of(tear), 0);
  return { cuts: sum(({ cuts }) => cuts), failures: sum(failed) };
}

/** The cuts between operations, and those inside one. */
export function halves(strip: CutStrip): {
  readonly between: ReturnType<typeof together>;
  readonly inside: ReturnType<typeof together>;
} {
  return {
    between: together(strip.tears.filter(({ tear }) => WHOLE.has(tear))),
    inside: together(strip.tears.filter(({ tear }) => !WHOLE.has(tear))),
  };
}

function half(title: string, meaning: string, { cuts, failures }: ReturnType<typeof together>): Markup {
  const verdict = failures === 0 ? 'found nothing' : `found ${count(failures, 'failure')}`;
  return markup`<div class="${failures > 0 ? 'half l-fail' : 'half'}"><b>${title}</b><p class="figure">${verdict}</p><p class="soft">${count(cuts, 'cut')}, ${meaning}</p></div>`;
}

/** What a sweep of the boundaries alone would have found, beside what cuts inside operations find. */
export function sideBySide(strip: CutStrip): Markup {
  const { between, inside } = halves(strip);
  const missed =
    between.failures === 0 && inside.failures > 0
      ? markup`<p class="note">A simulator that cuts between operations alone would have passed this board.</p>`
      : null;
  return markup`<div class="halves">${half('Cuts between operations', 'before or after a whole flash operation', between)}${half('Cuts inside operations', 'with the operation torn', inside)}</div>${missed}`;
}
