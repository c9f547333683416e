import { type DfuCheck, type NamedDfuKey, shownDefect } from '#codecs/dfu-check.ts';
import { type DfuDefect, isDfuDefect } from '#codecs/dfu-defect.ts';
import { parseDfuPackage } from '#codecs/dfu-package.ts';
import { checkImage } from '#codecs/dfu-verify-image.ts';

/** What holds of a package; plain data. */
export interface DfuVerification {
  /** Every check holds; one that could not be made does not. */
  readonly holds: boolean;
  readonly checks: readonly DfuCheck[];
}

/** Checks a package (`.zip`) as the boot loader would before and after the transfer. Never throws, whatever the bytes. */
export function verifyDfuPackage(bytes: Uint8Array, keys: readonly NamedDfuKey[]): DfuVerification {
  const parsed = parseDfuPackage(bytes);
  if (isDfuDefect(parsed)) return verification(brokenPackage(parsed));
  const files = parsed.images.length * 2 + 1 + parsed.others.length;
  const strangers = parsed.others.map(({ name }) => JSON.stringify(name)).join(', ');
  return verification([
    { check: 'zip', image: null, result: 'holds', detail: `${files} files, CRCs and sizes fit` },
    {
      check: 'manifest',
      image: null,
      result: 'holds',
      detail: strangers === '' ? 'names every file' : `does not name ${strangers}`,
    },
    ...parsed.images.flatMap((image) => checkImage(image, keys)),
  ]);
}

/** Checks, one a line, for a person. */
export function verificationLines({ checks }: DfuVerification): readonly string[] {
  return checks.map(
    ({ check, image, result, detail }) =>
      `${result}  ${image === null ? '' : `${image} `}${check}: ${detail}`,
  );
}

function brokenPackage(found: DfuDefect): readonly DfuCheck[] {
  const detail = shownDefect(found);
  if (found.defect.startsWith('zip-')) return [{ check: 'zip', image: null, result: 'fails', detail }];
  return [
    { check: 'zip', image: null, result: 'holds', detail: 'CRCs and sizes fit' },
    { check: 'manifest', image: null, result: 'fails', detail },
  ];
}

function verification(checks: readonly DfuCheck[]): DfuVerification {
  return { holds: checks.every(({ result }) => result === 'holds'), checks };
}
