import type { Json } from '#core/canonical.ts';
import { UsageError } from '#core/errors.ts';
import type { Bench, BoardEntry, ServedBoard, ServePlace } from '#core/rig.ts';
import { loadBench } from '#engine/load-bench.ts';
import { suggest } from '#engine/nearest.ts';
import { printable } from '#engine/printable.ts';
import type { Command, Values } from '../command.ts';
import { COMMON, listOption, textOption, wholeOption } from '../options.ts';

/** Longest line of the board's console that is shown. */
const LONGEST = 400;

function servable(bench: Bench, id: string): Required<Pick<BoardEntry, 'serve'>> & BoardEntry {
  const entries = bench.boards.flatMap((entry) =>
    entry.serve === undefined ? [] : [{ ...entry, serve: entry.serve }],
  );
  const found = entries.find(({ facts }) => facts.id === id);
  if (found !== undefined) return found;
  throw new UsageError({
    code: 'twin-unknown',
    message: `the bench ${bench.id} has no virtual board ${id}`,
    remedy: suggest(
      id,
      entries.map(({ facts }) => facts.id),
    ),
  });
}

function placeOf(values: Values): ServePlace {
  const [port, link] = [wholeOption(values, 'port', 0, 65_535), textOption(values, 'link')];
  const isTcp = values['tcp'] === true;
  if (isTcp && values['pty'] !== true && link === undefined) return { kind: 'tcp', port: port ?? 0 };
  if (!isTcp && port === undefined) return { kind: 'pty', ...(link === undefined ? {} : { link }) };
  throw new UsageError({
    code: 'twin-place',
    message: 'a console is served over a terminal or a TCP port, not both',
    expected: '--pty [--link FILE], or --tcp [--port N]',
    remedy: 'leave one of them out',
  });
}

/** Only chips with a serial loader in ROM have a pin that starts it. */
function downloadOf(values: Values, { facts }: BoardEntry): { readonly download?: true } {
  if (values['download'] !== true) return {};
  if (facts.bootloader.kind === 'esp-idf') return { download: true };
  throw new UsageError({
    code: 'twin-download',
    message: `${facts.id} has no serial loader`,
    remedy: 'leave --download out, or take an ESP32 board',
  });
}

/** Until Ctrl-C. */
function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function show(served: ServedBoard, call: Parameters<Command['run']>[0], title: string): Promise<void> {
  for (const { what, where, hint } of served.endpoints) {
    call.say(`${title}: ${what} at ${where}`);
    call.say(`  try: ${hint}`);
  }
  call.say('  it runs until Ctrl-C');
  const stop =
    call.values['quiet'] === true
      ? () => undefined
      : served.onConsole(({ text }) => call.say(`| ${printable(text, LONGEST)}`));
  await interrupted(call.signal);
  stop();
}

const { bench } = COMMON;

/** `assay twin`: a virtual board in real time, for other people's programs. */
export const command: Command = {
  summary: 'serve a virtual board to other programs: console, SMP, MQTT',
  usage: '<board> [--pty [--link FILE] | --tcp [--port N]] [--udp N] [--download] [--flaw ID]',
  positionals: [{ name: 'board' }],
  options: {
    bench,
    pty: { type: 'boolean', help: 'console on a pseudo-terminal, through socat (the default)' },
    link: { type: 'string', value: 'FILE', help: 'a name for the terminal that stays' },
    tcp: { type: 'boolean', help: 'console on a TCP port of this machine' },
    port: { type: 'string', value: 'N', help: 'that port (default: a free one)' },
    udp: { type: 'string', value: 'N', help: 'management over UDP on this port as well; 0: a free one' },
    download: { type: 'boolean', help: 'start an ESP32 in its serial loader, as with its boot button held' },
    flaw: {
      type: 'string',
      multiple: true,
      value: 'ID',
      help: 'build this mistake in (see `assay list flaws`)',
    },
    quiet: { type: 'boolean', help: 'do not show what the board prints' },
  },
  examples: [
    ['assay twin nrf52840-dk', 'console and SMP on a pseudo-terminal'],
    ['assay twin nrf52840-dk --tcp --port 4001 --udp 1337', 'the same over TCP, and SMP over UDP'],
    ['assay twin esp32-devkitc --tcp --flaw esp-idf/rollback-disabled', 'an ESP32 with a mistake'],
  ],
  exitCodes: '0 after Ctrl-C, 2 where the board cannot be served, 64 for wrong usage',
  async run(call) {
    const {
      values,
      positionals: [id = ''],
      signal,
    } = call;
    const entry = servable(await loadBench(textOption(values, 'bench') ?? 'virtual'), id);
    const udpPort = wholeOption(values, 'udp', 0, 65_535);
    const flaws = listOption(values, 'flaw');
    const options = { signal, console: placeOf(values), flaws, ...downloadOf(values, entry) };
    const served = await entry.serve({ ...options, ...(udpPort === undefined ? {} : { udpPort }) });
    try {
      await show(served, call, id);
    } finally {
      await served.close();
    }
    const endpoints = served.endpoints.map(({ what, where }): Json => ({ what, where }));
    return { exitCode: 0, json: { board: id, flaws, endpoints }, text: `${id} was switched off` };
  },
};
