import { UsageError } from '#core/errors.ts';

/** Image version as MCUboot's header stores it: u8, u8, u16, u32. */
export interface McubootVersion {
  readonly major: number;
  readonly minor: number;
  readonly revision: number;
  readonly build: number;
}

const LIMITS = { major: 0xff, minor: 0xff, revision: 0xffff, build: 0xffff_ffff } as const;

/** Reads `1.2.3` or `1.2.3+4`; null when it is neither, or a part does not fit its field. */
export function parseVersion(text: string): McubootVersion | null {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,5})(?:\+(\d{1,10}))?$/.exec(text);
  if (match === null) return null;
  const [major = 0, minor = 0, revision = 0, build = 0] = match.slice(1).map((part) => Number(part ?? 0));
  const version = { major, minor, revision, build };
  return Object.entries(LIMITS).every(([name, max]) => version[name as keyof typeof LIMITS] <= max)
    ? version
    : null;
}

/** As `parseVersion`, for versions that a person wrote. UsageError when unreadable. */
export function versionOf(text: string): McubootVersion {
  const version = parseVersion(text);
  if (version !== null) return version;
  throw new UsageError({
    code: 'mcuboot-version',
    message: 'this is not an image version',
    expected: 'major.minor.revision or major.minor.revision+build, at most 255.255.65535+4294967295',
    got: JSON.stringify(text),
    remedy: 'write the version as imgtool takes it',
  });
}

/** `1.2.3`, or `1.2.3+4` where the build number is not zero. */
export function formatVersion(version: McubootVersion): string {
  const { major, minor, revision, build } = version;
  return `${major}.${minor}.${revision}${build === 0 ? '' : `+${build}`}`;
}

/** The same as mcumgr's image list writes it: `1.2.3`, or `1.2.3.4` where the build number is not zero. */
export function formatSmpVersion(version: McubootVersion): string {
  return formatVersion(version).replace('+', '.');
}

/** Negative, zero or positive; the build number takes part only where the boot loader was built so. */
export function compareVersions(a: McubootVersion, b: McubootVersion, useBuild: boolean): number {
  return (
    a.major - b.major || a.minor - b.minor || a.revision - b.revision || (useBuild ? a.build - b.build : 0)
  );
}
