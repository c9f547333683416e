import { dirname, resolve } from 'node:path';
import type { Json } from '#core/canonical.ts';
import { benchSource } from '#engine/discover/bench-source.ts';
import { discoverEquipment, type Discovery } from '#engine/discover/discover.ts';
import { modulePath } from '#engine/discovery.ts';
import type { Command } from '../command.ts';
import { writeNew } from '../image/write-file.ts';
import { textOption } from '../options.ts';
import { table } from '../table.ts';
import type { Terminal } from '../terminal.ts';

const COLUMNS = [
  { title: 'what', least: 4 },
  { title: 'name' },
  { title: 'says of itself', least: 12 },
  { title: 'likely', least: 12 },
];

function told({ found, remarks }: Discovery, terminal: Terminal): readonly string[] {
  const rows = found.map(({ kind, id, title, note = '' }) => [kind, id, title, note]);
  return [...(rows.length === 0 ? ['nothing was found'] : table(COLUMNS, rows, terminal.width)), ...remarks];
}

/** Beside the project's own benches it imports as they do; elsewhere from the package. */
function styleFor(path: string) {
  return dirname(path) === dirname(modulePath('boards/benches/lab')) ? 'project' : 'package';
}

/** `assay discover`: what is plugged in here? */
export const command: Command = {
  summary: 'list ports, probes, hubs and instruments that are plugged in; write a bench file',
  usage: '[--write FILE] [--force]',
  positionals: [],
  options: {
    write: { type: 'string', value: 'FILE', help: 'write a bench file that wires up what was found' },
    force: { type: 'boolean', help: 'overwrite FILE' },
  },
  exitCodes: '0 done, 64 wrong usage, such as a FILE that exists',
  examples: [
    ['assay discover', 'what is there'],
    ['assay discover --write boards/benches/lab.local.ts', 'a bench file to look over'],
  ],
  async run({ values, signal, terminal }) {
    const discovery = await discoverEquipment(signal);
    const file = textOption(values, 'write');
    const lines = told(discovery, terminal);
    const json = { ...discovery, file: file ?? null } as unknown as Json;
    if (file === undefined) return { exitCode: 0, json, text: lines.join('\n') };
    const path = resolve(file);
    writeNew(path, Buffer.from(benchSource(discovery.found, styleFor(path))), values['force'] === true);
    const next = `wrote ${file}; look it over, then: assay doctor --bench ${file}`;
    return { exitCode: 0, json, text: [...lines, '', next].join('\n') };
  },
};
