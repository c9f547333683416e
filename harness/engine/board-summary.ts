import type { BoardSummary } from '#core/record.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';

/** What is known of a board before it is opened; no key material. */
export function factsSummary({ facts, kind }: BoardEntry): BoardSummary {
  const { mode, version } = facts.bootloader;
  const { golden, keys } = facts.firmware;
  return {
    id: facts.id,
    title: facts.title,
    kind,
    soc: facts.soc,
    bootloader: `${facts.bootloader.kind} ${version} (${mode})`,
    firmware: { version: golden.version, digest: golden.digest, signingKeyId: keys.signing.id },
    instruments: {},
    fuses: {},
    protections: { ...facts.protections },
  };
}

/** What a report says of an opened board; fuses stay out where they cannot be read. */
export async function boardSummary(
  entry: BoardEntry,
  rig: OpenRig,
  signal: AbortSignal,
): Promise<BoardSummary> {
  const fuses = await rig.probe?.fuses({ signal }).catch(() => ({}));
  return { ...factsSummary(entry), instruments: rig.instruments, fuses: fuses ?? {} };
}
