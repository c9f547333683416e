import { openRun } from '#engine/bundle/open-run.ts';
import { checkStamp } from '#engine/signing/check-stamp.ts';
import { verifyRun, type Verification } from '#engine/verify.ts';
import type { Command } from '../command.ts';
import { certificates, publicKeys } from '../key-files.ts';
import { filesOption } from '../options.ts';
import { verificationJson, verificationText } from '../verification-text.ts';

const EXIT = { intact: 0, altered: 1, unsealed: 2 } as const;

function exitCode({ state }: Verification, stampHolds: boolean): number {
  return state === 'intact' && !stampHolds ? EXIT.altered : EXIT[state];
}

/** `assay verify`: is a run as it was when it was sealed, and who says so? */
export const command: Command = {
  summary: 'check that a run, folder or bundle, is as it was when it was sealed, and who signed it',
  usage: '<run> [--key PEM] [--authority CERT]',
  positionals: [{ name: 'run' }],
  options: {
    key: {
      type: 'string',
      multiple: true,
      value: 'PEM',
      help: 'public key that must have signed it; without: by the key in the run, whoever holds it',
    },
    authority: {
      type: 'string',
      multiple: true,
      value: 'CERT',
      help: 'root certificate of the time-stamp authority',
    },
  },
  exitCodes: '0 intact, 1 altered or not signed as asked, 2 not sealed, 64 wrong usage',
  examples: [
    ['assay verify reports/runs/2026-11-22T14-55-03Z-seed7', 'names the first byte that does not fit'],
    ['assay verify 2026-11-22T14-55-03Z-seed7.assay.tar --key lab.pub.pem', 'a bundle, from this lab'],
  ],
  async run({ values, positionals: [run = ''] }) {
    const result = verifyRun(run, publicKeys(filesOption(values, 'key')));
    const stamp = await checkStamp(openRun(run).files, certificates(filesOption(values, 'authority')));
    const stampHolds = stamp === null || !('why' in stamp);
    return {
      exitCode: exitCode(result, stampHolds),
      json: verificationJson(result, stamp),
      text: verificationText(result, stamp),
    };
  },
};
