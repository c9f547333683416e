import type { Json } from '#core/canonical.ts';
import { UsageError } from '#core/errors.ts';
import { benchNames, discoverFormats } from '#engine/discovery.ts';
import { suggest } from '#engine/nearest.ts';
import { makePlan } from '#engine/plan.ts';
import type { Command } from '../command.ts';
import { COMMON, seedOption, selectionOf } from '../options.ts';
import { loadSetup, type Setup } from '../setup.ts';
import { table } from '../table.ts';

type Row = Readonly<Record<string, string>>;

type Values = Parameters<Command['run']>[0]['values'];

/** What can be listed, each as rows whose first member is the id. */
const KINDS: Readonly<
  Record<string, (setup: Setup, values: Values) => Promise<readonly Row[]> | readonly Row[]>
> = {
  benches: () => benchNames().map((id) => ({ id })),
  boards: ({ bench }) =>
    bench.boards.map(({ facts, kind, offers }) => ({
      id: facts.id,
      kind,
      title: facts.title,
      offers: offers.join(', '),
    })),
  attacks: ({ attacks }) => attacks.map(({ id, title, needs }) => ({ id, title, needs: needs.join(', ') })),
  scenarios: ({ bench, attacks }, values) =>
    makePlan(bench, attacks, selectionOf(values), seedOption(values, 1)).flatMap(({ items }) =>
      items.map(({ board, scenario, skip }) => ({
        id: scenario.id,
        board,
        title: scenario.title,
        'not applicable': skip ?? '',
      })),
    ),
  flaws: ({ bench }) =>
    bench.boards.flatMap(({ facts, flaws }) =>
      flaws.map(({ id, family, title }) => ({ id, board: facts.id, family, title })),
    ),
  standards: ({ standards }) => standards.map(({ id, title, version }) => ({ id, version, title })),
  formats: async () => (await discoverFormats()).map(({ id, fileName }) => ({ id, file: fileName })),
};

function asText(kind: string, rows: readonly Row[], width: number): string {
  const names = Object.keys(rows[0] ?? {});
  // What people copy into a command is never cut.
  const columns = names.map((name) => (name === 'id' ? { title: kind } : { title: name, least: 8 }));
  return table(
    columns,
    rows.map((row) => Object.values(row)),
    width,
  ).join('\n');
}

function chosenKinds(kind: string | undefined): readonly string[] {
  const known = Object.keys(KINDS);
  if (kind === undefined) return known.filter((name) => name !== 'scenarios');
  if (known.includes(kind)) return [kind];
  throw new UsageError({
    code: 'kind-unknown',
    message: `assay cannot list ${kind}`,
    remedy: suggest(kind, known),
  });
}

const { bench, board, family, scenario, seed } = COMMON;

/** `assay list`: what there is to run, on what, against which standards. */
export const command: Command = {
  summary: 'list benches, boards, attacks, scenarios, flaws, standards and formats',
  usage: '[benches|boards|attacks|scenarios|flaws|standards|formats] [--bench NAME]',
  positionals: [{ name: 'kind', optional: true }],
  options: { bench, board, family, scenario, seed },
  examples: [
    ['assay list', 'everything but the scenarios'],
    ['assay list scenarios --family downgrade', 'what one family would run'],
    ['assay list flaws --json', 'for a script'],
  ],
  async run({ values, positionals, terminal }) {
    const setup = await loadSetup(values);
    const lists: (readonly [string, readonly Row[]])[] = [];
    for (const kind of chosenKinds(positionals[0])) {
      lists.push([kind, (await KINDS[kind]?.(setup, values)) ?? []]);
    }
    return {
      exitCode: 0,
      json: Object.fromEntries(
        lists.map(([kind, rows]): [string, Json] => [kind, rows.map((row) => ({ ...row }))]),
      ),
      text: lists.map(([kind, rows]) => asText(kind, rows, terminal.width)).join('\n\n'),
    };
  },
};
