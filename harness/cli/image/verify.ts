import type { Json } from '#core/canonical.ts';
import { imageReader } from '#codecs/mcuboot-recipient.ts';
import type { Command } from '../command.ts';
import { filesOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { wrapped } from '../wrap.ts';
import type { Check, Verdict } from './check.ts';
import { field } from './description.ts';
import { formatOf } from './formats.ts';
import { readKey, withKey } from './keys.ts';
import { LARGEST_IMAGE, readBytes, shownName } from './read-file.ts';
import { SLOT_OPTION, slotLayout } from './slot-layout.ts';

const MARKS = { holds: 'ok', fails: 'FAILS', absent: '-', unchecked: '?' } as const;
const STYLES = { holds: 'green', fails: 'red', absent: 'dim', unchecked: 'yellow' } as const;
const MARK_WIDTH = 5;

function checkLines({ check, result, detail }: Check, width: number, terminal: Terminal): readonly string[] {
  const left = 2 + MARK_WIDTH + 2 + width + 2;
  const mark = terminal.paint(STYLES[result], MARKS[result]) + ' '.repeat(MARK_WIDTH - MARKS[result].length);
  const { text } = field('detail', detail);
  const lines = wrapped(text, Math.max(10, terminal.width - left));
  return lines.map((line, index) =>
    index === 0 ? `  ${mark}  ${check.padEnd(width)}  ${line}` : ' '.repeat(left) + line,
  );
}

function verdictText(name: string, kind: string, { valid, checks }: Verdict, terminal: Terminal): string {
  const width = Math.max(...checks.map(({ check }) => check.length));
  const blocks = checks.flatMap((one, index) => {
    const lines = checkLines(one, width, terminal);
    const isNew = one.image !== '' && one.image !== checks[index - 1]?.image;
    return isNew ? wrapped(one.image, terminal.width).concat(lines) : lines;
  });
  const summary = valid ? 'every check that was made holds' : 'NOT VALID';
  return [
    ...wrapped(`${name}: ${kind}`, terminal.width),
    ...blocks,
    terminal.paint(valid ? 'green' : 'red', summary),
  ].join('\n');
}

function checkJson({ image, check, result, detail }: Check): Json {
  return { image: image === '' ? null : image, check, result, detail };
}

/** `assay image verify`: what a boot loader would make of an image. */
export const verify: Command = {
  summary: 'check an image as its boot loader would, check by check',
  usage: '<file> [--key PEM] [--decrypt PEM] [--slot AT+SIZE]',
  positionals: [{ name: 'file' }],
  options: {
    key: {
      type: 'string',
      multiple: true,
      value: 'PEM',
      help: 'a key that may have signed it (public, or private for its public half); without: trust is not checked',
    },
    decrypt: { type: 'string', multiple: true, value: 'PEM', help: 'private key of an encrypted image' },
    ...SLOT_OPTION,
  },
  exitCodes: '0 every check holds, 1 one does not, 64 wrong usage or an unknown format',
  examples: [
    ['assay image verify app.signed.bin --key key.pem', 'structure, hash, key and signature'],
    ['assay image verify flash.bin --key key.pem --json', 'every image of a flash dump, for a script'],
  ],
  run({ values, positionals: [path = ''], terminal }) {
    const bytes = readBytes(path, LARGEST_IMAGE);
    const format = formatOf(bytes, slotLayout(values));
    const trusted = filesOption(values, 'key').map(readKey);
    const readers = filesOption(values, 'decrypt').map((file) => withKey(readKey(file), imageReader));
    const verdict = format.verify(bytes, { trusted, readers });
    const { valid, checks } = verdict;
    return Promise.resolve({
      exitCode: valid ? 0 : 1,
      json: { file: shownName(path), format: format.id, valid, checks: checks.map(checkJson) },
      text: verdictText(shownName(path), format.name, verdict, terminal),
    });
  },
};
