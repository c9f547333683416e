import type { Json } from '#core/canonical.ts';
import type { Mismatch } from '#engine/bundle/mismatch.ts';
import { printable } from '#engine/printable.ts';
import type { Authorship } from '#engine/signing/check-signature.ts';
import type { TimeStamp } from '#engine/signing/time-stamp.ts';
import type { Verification } from '#engine/verify.ts';
import { shownPath } from './run-answer.ts';

/** What a seal can show and what it cannot. */
export const SCOPE =
  'This shows integrity, not authorship: nothing changed since the run was sealed. Who sealed it, a digest cannot tell.';

function hex(byte: number): string {
  return `0x${byte.toString(16).padStart(2, '0')}`;
}

function placeText({ place, at }: Mismatch): string {
  const inBundle = at === undefined ? '' : ` (byte ${at} of the bundle)`;
  if (place === undefined) return at === undefined ? '' : `, byte ${at} of the bundle,`;
  const { from, to } = place;
  const where = to === from + 1 ? `byte ${from}` : `between byte ${from} and ${to}`;
  return `, ${where}${inBundle},`;
}

function bytesText({ place }: Mismatch): string {
  const { was, is } = place ?? {};
  return was === undefined || is === undefined ? '' : `: ${hex(was)} became ${hex(is)}`;
}

/** One thing that does not fit, as a line. */
export function mismatchLine(mismatch: Mismatch): string {
  const { file, entry, what } = mismatch;
  const which = entry === undefined ? '' : `, entry ${entry},`;
  const where = [which, placeText(mismatch)].join('').replace(',,', ',');
  return `  ${printable(file)}${where} ${what}${bytesText(mismatch)}`;
}

/** Who stands for the run, as a line. */
export function authorshipLine(authorship: Authorship): string {
  const { state } = authorship;
  if (state === 'unsigned') return 'not signed: nothing shows who made it';
  if (state === 'invalid') return `SIGNATURE NOT VALID: ${printable(authorship.why)}`;
  const key = `${authorship.keyType} ${authorship.keyId}`;
  if (state === 'trusted') return `signed by the key that was given, ${key}`;
  return `signed by whoever holds ${key}: compare this with what they told you, or give their key with --key`;
}

/** When it was signed, as a line. */
export function timeStampLine(stamp: TimeStamp | { readonly why: string } | null): string {
  if (stamp === null) return 'not time-stamped: its dates are those of the computer that ran it';
  if ('why' in stamp) return `TIME STAMP NOT VALID: ${printable(stamp.why)}`;
  const chain =
    stamp.chain === 'trusted' ? '' : '; its authority was not checked: give its root with --authority';
  return `existed at ${stamp.at} by the time stamp of ${printable(stamp.authority)}${chain}`;
}

/** A verification as people read it. */
export function verificationText(
  result: Verification,
  stamp: TimeStamp | { readonly why: string } | null,
): string {
  const { state, mismatches, files, records, entries, runDir, authorship, root } = result;
  const where = shownPath(runDir);
  const list = mismatches.map(mismatchLine);
  if (state === 'unsealed') {
    return [
      `${where}: not sealed: the run did not end, or its seal was taken away; nothing shows that it is whole`,
      `${records} finished records with ${entries} entries of evidence can be read`,
      ...list,
    ].join('\n');
  }
  const lines = [authorshipLine(authorship), timeStampLine(stamp)];
  if (state === 'altered') return [`${where}: ALTERED`, ...list, ...lines, SCOPE].join('\n');
  return [
    `${where}: intact. ${files} files, ${records} records, ${entries} entries of evidence`,
    `Merkle root ${root ?? ''}`,
    ...lines,
    ...(authorship.state === 'unsigned' ? [SCOPE] : []),
  ].join('\n');
}

function mismatchJson({ file, entry, place, at, what }: Mismatch): Json {
  return { file, entry, place: place === undefined ? undefined : { ...place }, at, what };
}

/** A verification as scripts read it. */
export function verificationJson(
  result: Verification,
  stamp: TimeStamp | { readonly why: string } | null,
): Json {
  const { mismatches, authorship } = result;
  return {
    ...result,
    mismatches: mismatches.map(mismatchJson),
    authorship: { ...authorship },
    timeStamp: stamp === null ? null : { ...stamp },
    scope: SCOPE,
  };
}
