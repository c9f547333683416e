import type { BenchImport, BenchSource, Found } from '#core/found.ts';

/** Boards that a bench file can wire up from what was found, by folder. */
const BOARDS: Readonly<Record<string, { readonly entry: BenchImport; readonly rest: readonly string[] }>> = {
  'nrf52840-dk': { entry: { name: 'nrf52840Dk', from: 'boards/nrf52840-dk/board' }, rest: [] },
  'esp32-devkitc': {
    entry: { name: 'wiredEsp32Devkitc', from: 'boards/esp32-devkitc/wired' },
    rest: [
      '// Addresses of this computer that the board can reach.',
      "network: { mqtt: { host: '192.0.2.1', port: 1883 }, http: { host: '192.0.2.1', port: 8070 } },",
    ],
  },
};

const BY_HAND: BenchSource = {
  slot: 'power',
  imports: [
    { name: 'manualPower', from: 'drivers/power/manual' },
    { name: 'askOnTerminal', from: 'drivers/power/ask-on-terminal' },
  ],
  expression: "manualPower(askOnTerminal(), 'the board')",
};

/** How modules are imported where the file will lie: inside the project, or beside an installed package. */
export type ImportStyle = 'project' | 'package';

function specifier(from: string, style: ImportStyle): string {
  if (style === 'package') return `assay/${from}.js`;
  return from.startsWith('boards/') ? `../${from.slice('boards/'.length)}.ts` : `#${from}.ts`;
}

/** A bench file that wires up what was found as far as that can be guessed, and names the rest in comments. */
export function benchSource(found: readonly Found[], style: ImportStyle): string {
  const power = found.find(({ source }) => source?.slot === 'power')?.source ?? BY_HAND;
  const consoles = found.filter(({ board, source }) => board !== undefined && source?.slot === 'channel');
  const boards = consoles.map((port) => boardSource(port, power));
  const entries = consoles.flatMap(({ board = '' }) => BOARDS[board]?.entry ?? []);
  const channels = consoles.flatMap(({ source }) => source?.imports ?? []);
  const supplies = consoles.length === 0 ? [] : power.imports;
  const imports = [{ name: 'defineBench', from: 'core/rig' }, ...entries, ...channels, ...supplies];
  return [
    ...importLines(imports, style),
    '',
    '/** Written by assay discover from what was plugged in: look it over, then try it with assay doctor. */',
    'export const bench = defineBench({',
    "  id: 'lab',",
    "  title: 'Lab',",
    `  boards: [${boards.length === 0 ? '' : `\n${boards.join('\n')}\n  `}],`,
    '});',
    ...remainder(found),
    '',
  ].join('\n');
}

function boardSource({ board = '', source, title }: Found, power: BenchSource): string {
  const known = BOARDS[board];
  const lines = [
    `// ${title}`,
    `${known?.entry.name ?? board}({`,
    `  channel: ${source?.expression ?? ''},`,
    '  // Which supply belongs to which board, nobody can see from here.',
    `  power: ${power.expression},`,
    ...(known?.rest ?? []).map((line) => `  ${line}`),
    '}),',
  ];
  return lines.map((line) => `    ${line}`).join('\n');
}

function importLines(imports: readonly BenchImport[], style: ImportStyle): readonly string[] {
  const lines = imports.map(({ name, from }) => `import { ${name} } from '${specifier(from, style)}';`);
  return [...new Set(lines)].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** The project's order: aliases before relative paths. */
function sortKey(line: string): string {
  const from = /'([^']*)'/.exec(line)?.[1] ?? '';
  return from.startsWith('.') ? `~${from}` : from;
}

/** What else is there, for the person who goes on. */
function remainder(found: readonly Found[]): readonly string[] {
  if (found.length === 0) return [];
  const lines = found.map(({ kind, id, title, note, source }) => {
    const about = [title, note].filter((text) => text !== undefined).join('; ');
    return ` *   ${kind} ${id}: ${about}${source === undefined ? '' : `\n *     ${source.slot}: ${source.expression}`}`.replaceAll(
      '*/',
      '* /',
    );
  });
  return ['', '/*', ' * Found:', ...lines, ' */'];
}
