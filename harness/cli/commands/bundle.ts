import { dirname, join } from 'node:path';
import { UsageError } from '#core/errors.ts';
import { makeBundle } from '#engine/bundle/make-bundle.ts';
import { folderFiles } from '#engine/bundle/run-files.ts';
import { printable } from '#engine/printable.ts';
import { readRun, runPath } from '#engine/read-run.ts';
import { stampedBytes } from '#engine/signing/check-stamp.ts';
import { externalSigner } from '#engine/signing/external-signer.ts';
import { readPublicKey, readSigner, type Signer } from '#engine/signing/keys.ts';
import { timeStampRequest } from '#engine/signing/time-stamp.ts';
import type { Command, Values } from '../command.ts';
import { readBytes } from '../image/read-file.ts';
import { writeNew } from '../image/write-file.ts';
import { keyText } from '../key-files.ts';
import { textOption } from '../options.ts';
import { shownPath } from '../run-answer.ts';

/** Larger than any response of a time-stamp authority. */
const LARGEST_STAMP = 256 * 1024;

function wrong(message: string, remedy: string): UsageError {
  return new UsageError({ code: 'option-invalid', message, remedy });
}

/** Who signs: a key file, or a command that the public key goes with. */
function signerOf(values: Values): Signer | null {
  const [key, command, pub] = ['key', 'sign-with', 'public-key'].map((name) => textOption(values, name));
  if (key !== undefined && command !== undefined) {
    throw wrong('--key and --sign-with are two ways to sign', 'give one of them');
  }
  if ((command === undefined) !== (pub === undefined)) {
    throw wrong('--sign-with and --public-key go together', 'give both, or sign with --key');
  }
  if (key !== undefined) return readSigner(keyText(key), printable(key));
  if (command === undefined || pub === undefined) return null;
  return externalSigner(command, readPublicKey(keyText(pub), printable(pub)));
}

/** `assay bundle`: a run as one file that verifies anywhere. */
export const command: Command = {
  summary: 'pack a run into one file that verifies anywhere, signed and time-stamped where asked',
  usage: '<run> [--out FILE] [--key PEM | --sign-with COMMAND --public-key PEM] [--time-stamp FILE]',
  positionals: [{ name: 'run' }],
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      help: 'the bundle (default: <run id>.assay.tar beside the run folder)',
    },
    force: { type: 'boolean', help: 'replace what is there' },
    key: { type: 'string', value: 'PEM', help: 'private key to sign with: Ed25519, or ECDSA on P-256' },
    'sign-with': {
      type: 'string',
      value: 'COMMAND',
      help: 'command that signs its standard input and writes the raw signature, for keys in a token or a service',
    },
    'public-key': { type: 'string', value: 'PEM', help: 'the key that --sign-with signs with' },
    'time-stamp-request': {
      type: 'string',
      value: 'FILE',
      help: 'write a request for an RFC 3161 time-stamp authority, over the signature',
    },
    'time-stamp': {
      type: 'string',
      value: 'FILE',
      help: "the authority's response, to be kept with the run",
    },
  },
  exitCodes:
    '0 written, 2 signing or writing failed, 64 wrong usage, a run that is not intact, a key that cannot sign',
  examples: [
    ['assay bundle reports/runs/2026-11-22T14-55-03Z-seed7', 'one file; the same run gives the same bytes'],
    ['assay bundle reports/runs/2026-11-22T14-55-03Z-seed7 --key lab.pem', 'signed'],
  ],
  async run({ values, positionals: [folder = ''] }) {
    const run = runPath(folder);
    const stamp = textOption(values, 'time-stamp');
    const force = values['force'] === true;
    const made = await makeBundle(run, {
      signer: signerOf(values),
      timeStamp: stamp === undefined ? null : readBytes(stamp, LARGEST_STAMP),
      out: textOption(values, 'out') ?? join(dirname(run), `${readRun(run).header.id}.assay.tar`),
      force,
    });
    const request = textOption(values, 'time-stamp-request');
    if (request !== undefined)
      writeNew(request, await timeStampRequest(stampedBytes(folderFiles(run))), force);
    const lines = [
      `${shownPath(made.path)}: ${made.size} bytes`,
      `SHA-256 ${made.sha256}`,
      `Merkle root ${made.root}`,
      ...(request === undefined ? [] : [`time-stamp request: ${printable(request)}`]),
      'check it anywhere with `assay verify`',
    ];
    return { exitCode: 0, json: { ...made, timeStampRequest: request ?? null }, text: lines.join('\n') };
  },
};
