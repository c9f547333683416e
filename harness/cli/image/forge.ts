import { join } from 'node:path';
import type { Json } from '#core/canonical.ts';
import { sha256Hex } from '#core/digest.ts';
import { isAssayError, UsageError } from '#core/errors.ts';
import { onDisk } from '#engine/disk-error.ts';
import { makeFolder } from '#engine/make-folder.ts';
import { suggest } from '#engine/nearest.ts';
import { CATALOGUE, type ForgedFormat } from '#fuzz/catalogue.ts';
import { type Forgery, forgeryName } from '#fuzz/forgery.ts';
import type { Answer, Command, Values } from '../command.ts';
import { textOption } from '../options.ts';
import { formatOf } from './formats.ts';
import { FORGED_FORMATS, forgeryJson, listForgeries } from './forge-list.ts';
import { type Given, materialOf } from './forge-material.ts';
import { readKey } from './keys.ts';
import { numberOption } from './number-option.ts';
import { LARGEST_IMAGE, readBytes, shownName } from './read-file.ts';
import { writeNew } from './write-file.ts';

/** Formats of files, and what their forgeries are listed under. */
const FORGEABLE: Readonly<Record<string, ForgedFormat>> = { mcuboot: 'mcuboot', 'esp-image': 'esp-idf' };
/** Largest slot that anybody has. */
const LARGEST_SLOT = 16 * 1024 * 1024;

interface Base {
  readonly format: ForgedFormat;
  readonly bytes: Uint8Array;
  readonly given: Given;
}

function unfit(message: string, expected: string, got: string): UsageError {
  return new UsageError({
    code: 'forge-unfit',
    message,
    expected,
    got,
    remedy: 'see `assay image forge --list`',
  });
}

function baseFormat(bytes: Uint8Array): ForgedFormat {
  const { id, name } = formatOf(bytes);
  const format = Object.hasOwn(FORGEABLE, id) ? FORGEABLE[id] : undefined;
  if (format !== undefined) return format;
  throw unfit('no forgery starts from this kind of file', 'an MCUboot image or an ESP-IDF application', name);
}

function keyOption(values: Values, name: string) {
  const path = textOption(values, name);
  return path === undefined ? undefined : readKey(path);
}

function baseOf(path: string | undefined, values: Values): Base {
  if (path === undefined) throw unfit('there is nothing to forge', '<file>, or --list', 'neither');
  const bytes = readBytes(path, LARGEST_IMAGE);
  const format = baseFormat(bytes);
  const key = keyOption(values, 'key');
  if (key === undefined) throw unfit('a forger needs the key of the image', '--key PEM', 'none');
  const [foreign, vendor] = [keyOption(values, 'foreign-key'), keyOption(values, 'vendor-key')];
  return {
    format,
    bytes,
    given: { key, foreign, vendor, slotSize: numberOption(values, 'slot-size', 1, LARGEST_SLOT) },
  };
}

function named(format: ForgedFormat, name: string): Forgery {
  const found = CATALOGUE[format].find((forgery) => forgeryName(forgery) === name);
  if (found !== undefined) return found;
  throw new UsageError({
    code: 'forgery-unknown',
    message: `there is no forgery ${name} of an ${format} image`,
    remedy: suggest(name, CATALOGUE[format].map(forgeryName)),
  });
}

/** What does not fit the base is the caller's to know: an image of another kind of key, or one without the entry concerned. */
function forged({ format, bytes, given }: Base, forgery: Forgery): Uint8Array {
  try {
    return forgery.forge(bytes, materialOf(format, bytes, given));
  } catch (error) {
    if (!isAssayError(error) || error instanceof UsageError) throw error;
    throw unfit(
      `${forgeryName(forgery)} cannot be made of this image`,
      error.expected ?? 'another image',
      error.message,
    );
  }
}

function forgeOne(base: Base, name: string, values: Values): Answer {
  const out = textOption(values, 'out');
  if (out === undefined) throw unfit('the forged image needs a place', '--out FILE', 'none');
  const forgery = named(base.format, name);
  const bytes = forged(base, forgery);
  writeNew(out, bytes, values['force'] === true);
  return {
    exitCode: 0,
    json: { file: out, bytes: bytes.length, sha256: sha256Hex(bytes), ...forgeryJson(base.format, forgery) },
    text: [
      `${shownName(out)}: ${bytes.length} bytes`,
      `  ${forgery.changes}`,
      `  a sound board: ${forgery.expect === 'refused' ? 'refuses it' : 'may run it, the format allows the change'}`,
    ].join('\n'),
  };
}

/** Every forgery that this base allows, beside an index that says what each is. */
function forgeAll(base: Base, values: Values): Answer {
  const out = textOption(values, 'out');
  if (out === undefined) throw unfit('the forged images need a place', '--out DIR', 'none');
  onDisk(out, () => makeFolder(out));
  const made: Json[] = [];
  const left: { readonly name: string; readonly why: string }[] = [];
  for (const forgery of CATALOGUE[base.format]) {
    try {
      const bytes = forged(base, forgery);
      const file = `${forgery.attack}.${forgery.id}.bin`;
      writeNew(join(out, file), bytes, values['force'] === true);
      made.push({
        file,
        bytes: bytes.length,
        sha256: sha256Hex(bytes),
        ...forgeryJson(base.format, forgery),
      });
    } catch (error) {
      if (!isAssayError(error) || error.code === 'out-exists' || error.code === 'out-unwritable') throw error;
      left.push({ name: forgeryName(forgery), why: error.message });
    }
  }
  const index = { forgeries: made, leftOut: left };
  writeNew(
    join(out, 'index.json'),
    Buffer.from(`${JSON.stringify(index, null, 2)}\n`),
    values['force'] === true,
  );
  return {
    exitCode: 0,
    json: { folder: out, ...index },
    text: [
      `${made.length} forged images in ${shownName(out)}, with index.json`,
      ...left.map(({ name, why }) => `  not made: ${name}: ${why}`),
    ].join('\n'),
  };
}

function chosenFormats(values: Values): readonly ForgedFormat[] {
  const wanted = textOption(values, 'format');
  if (wanted === undefined) return FORGED_FORMATS;
  const found = FORGED_FORMATS.filter((format) => format === wanted);
  if (found.length > 0) return found;
  throw unfit('there are no forgeries of this format', FORGED_FORMATS.join(' or '), wanted);
}

/** `assay image forge`: images that a sound board refuses, each wrong in one named way. */
export const forge: Command = {
  summary: 'forge an image in one named way, or list the ways',
  usage: '[<file> (--forgery NAME --out FILE | --all --out DIR) --key PEM] [--list] [options]',
  positionals: [{ name: 'file', optional: true }],
  options: {
    list: {
      type: 'boolean',
      help: 'the catalogue: every forgery, what it changes, and what a sound board does',
    },
    format: { type: 'string', value: 'NAME', help: `in the list, only ${FORGED_FORMATS.join(' or ')}` },
    forgery: { type: 'string', value: 'NAME', help: 'which one, as listed' },
    all: { type: 'boolean', help: 'every forgery that the image allows, with an index' },
    key: { type: 'string', value: 'PEM', help: 'private key that the image is signed with: a test key' },
    'foreign-key': {
      type: 'string',
      value: 'PEM',
      help: 'another private key of that kind, which the board must not trust',
    },
    'vendor-key': { type: 'string', value: 'PEM', help: "the vendor's published development key" },
    'slot-size': { type: 'string', value: 'N', help: 'bytes of the slot, for forgeries that fill it' },
    out: { type: 'string', value: 'PATH', help: 'where the forged image goes; a folder with --all' },
    force: { type: 'boolean', help: 'replace files that are there' },
  },
  exitCodes: '0 listed or written, 2 could not be written, 64 wrong usage',
  examples: [
    ['assay image forge --list', 'every forgery'],
    [
      'assay image forge app.signed.bin --forgery bit-flip/payload --key key.pem --out forged.bin',
      'one of them',
    ],
    [
      'assay image forge app.signed.bin --all --key key.pem --foreign-key other.pem --out forged',
      'all, for your own rig',
    ],
  ],
  run({ values, positionals: [path], terminal }) {
    return Promise.resolve().then(() => {
      if (values['list'] === true) return listForgeries(chosenFormats(values), terminal);
      const base = baseOf(path, values);
      const name = textOption(values, 'forgery');
      if ((name === undefined) === (values['all'] !== true)) {
        throw unfit('say which forgery', '--forgery NAME or --all', name === undefined ? 'neither' : 'both');
      }
      return name === undefined ? forgeAll(base, values) : forgeOne(base, name, values);
    });
  },
};
