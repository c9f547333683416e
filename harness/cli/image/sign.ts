import { UsageError } from '#core/errors.ts';
import { sha256Hex } from '#core/digest.ts';
import type { Command, Option, Values } from '../command.ts';
import { filesOption, textOption } from '../options.ts';
import { formatOf } from './formats.ts';
import { readKey, type KeyFile } from './keys.ts';
import { wrongOption } from './number-option.ts';
import { LARGEST_IMAGE, readBytes, shownName } from './read-file.ts';
import { signEsp } from './sign-esp.ts';
import { signMcuboot } from './sign-mcuboot.ts';
import { MCUBOOT_OPTIONS, mcubootRequest } from './sign-mcuboot-options.ts';
import { writeNew } from './write-file.ts';

/** What a file is, for signing: what is no known image is taken for the code of an MCUboot image to be. */
function kindOf(bytes: Uint8Array): string {
  try {
    return formatOf(bytes).id;
  } catch (error) {
    if (error instanceof UsageError && error.code === 'image-unknown') return 'code';
    throw error;
  }
}

function signed(bytes: Uint8Array, values: Values, keys: readonly KeyFile[]): Uint8Array {
  const kind = kindOf(bytes);
  if (kind === 'mcuboot' || kind === 'code') return signMcuboot(bytes, mcubootRequest(values), keys);
  if (kind === 'esp-image') {
    const unfit = Object.keys(MCUBOOT_OPTIONS).find((name) => values[name] !== undefined);
    if (unfit !== undefined) {
      throw wrongOption(unfit, 'an ESP32 family image', 'an MCUboot image, or code to make one of');
    }
    return signEsp(bytes, keys);
  }
  throw new UsageError({
    code: 'sign-unfit',
    message: 'this kind of file is not signed',
    expected: 'the code of an application, an MCUboot image, or an ESP32 application or boot loader',
    got: kind,
    remedy: 'sign the image before it becomes part of a dump or package',
  });
}

function needed(values: Values, name: string): string {
  const text = textOption(values, name);
  if (text !== undefined && text !== '') return text;
  throw wrongOption(name, 'nothing', `--${name} FILE`);
}

/** Options under the name of the format they are for. */
function mapped(options: Readonly<Record<string, Option>>): Readonly<Record<string, Option>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, { ...option, help: `MCUboot: ${option.help}` }]),
  );
}

/** `assay image sign`: images as their boot loaders want them. */
export const sign: Command = {
  summary: 'sign an image for MCUboot, or for Secure Boot V2 of the ESP32 family',
  usage: '<file> --key PEM --out FILE [options]',
  positionals: [{ name: 'file' }],
  options: {
    key: {
      type: 'string',
      multiple: true,
      value: 'PEM',
      help: 'private key; up to three for Secure Boot V2',
    },
    out: { type: 'string', value: 'FILE', help: 'where the signed image goes' },
    ...mapped(MCUBOOT_OPTIONS),
    force: { type: 'boolean', help: 'replace the file at --out' },
  },
  exitCodes: '0 written, 2 could not be written, 64 wrong usage',
  examples: [
    [
      'assay image sign zephyr.bin --key key.pem --version 1.3.0 --counter 3 --pad-header --out app.signed.bin',
      'for MCUboot, as `imgtool sign` does',
    ],
    ['assay image sign app.signed.bin --key other.pem --out foreign.bin', 'the same image by another key'],
    ['assay image sign hello.bin --key rsa.pem --out hello.signed.bin', 'an ESP32 application'],
  ],
  run({ values, positionals: [path = ''] }) {
    const out = needed(values, 'out');
    const keys = filesOption(values, 'key').map(readKey);
    if (keys.length === 0) throw wrongOption('key', 'nothing', '--key PEM');
    const bytes = signed(readBytes(path, LARGEST_IMAGE), values, keys);
    writeNew(out, bytes, values['force'] === true);
    const { id, name } = formatOf(bytes);
    return Promise.resolve({
      exitCode: 0,
      json: { file: out, format: id, bytes: bytes.length, sha256: sha256Hex(bytes) },
      text: `${shownName(out)}: ${name}, ${bytes.length} bytes, signed`,
    });
  },
};
