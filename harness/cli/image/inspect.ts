import { sha256Hex } from '#core/digest.ts';
import type { Command } from '../command.ts';
import { describe } from './formats.ts';
import { LARGEST_IMAGE, readBytes, shownName } from './read-file.ts';
import { descriptionJson, descriptionText } from './show.ts';
import { SLOT_OPTION, slotLayout } from './slot-layout.ts';

/** `assay image inspect`: what a file holds. */
export const inspect: Command = {
  summary: 'show what is in an image, a table or a flash dump',
  usage: '<file> [--slot AT+SIZE]',
  positionals: [{ name: 'file' }],
  options: SLOT_OPTION,
  exitCodes: '0 read to its end, 1 malformed, 64 wrong usage or an unknown format',
  examples: [
    ['assay image inspect app.signed.bin', 'header, TLVs and payload, or segments and descriptor'],
    ['assay image inspect flash.bin', 'slots and trailers, or partitions and otadata, of a whole flash'],
    ['assay image inspect app.signed.bin --json', 'for a script'],
  ],
  run({ values, positionals: [path = ''], terminal }) {
    const bytes = readBytes(path, LARGEST_IMAGE);
    const description = describe(bytes, slotLayout(values));
    const file = { file: shownName(path), bytes: bytes.length, sha256: sha256Hex(bytes) };
    return Promise.resolve({
      exitCode: description.defects.length === 0 ? 0 : 1,
      json: { ...file, ...descriptionJson(description) },
      text: descriptionText(shownName(path), description, terminal),
    });
  },
};
