import { benchContext } from '#engine/campaign-context.ts';
import { loadCampaign } from '#engine/load-campaign.ts';
import { runSelected } from '#engine/run.ts';
import { loadSelfTest } from '#engine/selftest-file.ts';
import type { Command } from '../command.ts';
import { CUTS, cutEffort } from '../cut-options.ts';
import { CAMPAIGN, COMMON, SELFTEST, seedOption, selectionOf, textOption } from '../options.ts';
import { RESUME, resumedRun } from '../resume-option.ts';
import { runAnswer } from '../run-answer.ts';
import { executorFor, loadSetup, OUT } from '../setup.ts';

/** `assay run`: scenarios on the boards of a bench, recorded, reported and sealed. */
export const command: Command = {
  summary: 'run scenarios on the boards of a bench; keep records, write reports',
  usage:
    '[--bench NAME] [--board ID] [--family NAME] [--scenario ID] [--seed N] [--out DIR] [--format NAME] [--campaign FILE] [--exhaustive] [--tears NAME] [--resume RUN] [--selftest DIR]',
  positionals: [],
  options: { ...COMMON, campaign: CAMPAIGN, ...CUTS, resume: RESUME, selftest: SELFTEST },
  examples: [
    ['assay run', 'everything on the virtual bench, random seed'],
    ['assay run --family rollback --board nrf52840-dk', 'one family on one board'],
    ["assay run --scenario 'downgrade/*' --seed 7 --json", 'some scenarios, repeatable, for a script'],
    ['assay run --family power-loss --exhaustive', 'power cuts in every way and at every place'],
    ['assay run --resume reports/runs/2026-11-22T14-55-03Z-seed7', 'go on with a run that was interrupted'],
    ['assay run --bench ./boards/lab.ts --out /data/runs', 'real boards'],
    ['assay run --bench ./boards/lab.ts --campaign ./lock-v2.ts', 'a report for a technical file'],
  ],
  async run({ values: given, signal, terminal, onEvent, say }) {
    const resumed = resumedRun(given);
    const values = resumed?.values ?? given;
    const setup = await loadSetup(values);
    const file = textOption(values, 'campaign');
    const context = benchContext(setup.bench, setup.standards);
    const campaign = file === undefined ? {} : { campaign: await loadCampaign(file, context) };
    const cited = textOption(values, 'selftest');
    const selfTest = cited === undefined ? {} : { selfTest: loadSelfTest(cited, setup.bench) };
    const seed = resumed?.seed ?? seedOption(values, 'random');
    await using executor = executorFor(setup, values);
    const out = textOption(values, 'out') ?? OUT;
    say(`${setup.bench.title}, seed ${seed}`);
    const cuts = resumed === undefined ? cutEffort(values) : resumed.cuts;
    const selection = resumed?.selection ?? selectionOf(values);
    const resume = resumed?.run;
    const options = { ...setup, selection, seed, cuts, out, resume, executor, signal, onEvent };
    return runAnswer(await runSelected({ ...options, ...campaign, ...selfTest }), terminal);
  },
};
