import type { Json } from '#core/canonical.ts';
import type { BoardSummary } from '#core/record.ts';
import type { BoardEntry, OpenRig } from '#core/rig.ts';
import { redactorOf } from '#engine/redact.ts';

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

/** Instruments are described by who wired them, and fuses are read from the board: either may hold what must not be kept. */
function withoutSecrets(entry: BoardEntry, board: BoardSummary): BoardSummary {
  return redactorOf(entry)(board as unknown as Json) as unknown as BoardSummary;
}

/** What a report says of an opened board; fuses stay out where they cannot be read. */
export async function boardSummary(
  entry: BoardEntry,
  rig: OpenRig,
  signal: AbortSignal,
): Promise<BoardSummary> {
  const fuses = await rig.probe?.fuses({ signal }).catch(() => ({}));
  const opened = { ...factsSummary(entry), instruments: rig.instruments, fuses: fuses ?? {} };
  return withoutSecrets(entry, opened);
}

/** What is known of a board once it was opened: the first summary of it that names its instruments. */
export function openedBoard(before: BoardSummary, boards: readonly BoardSummary[]): BoardSummary {
  return (
    boards.find(({ id, instruments }) => id === before.id && Object.keys(instruments).length > 0) ?? before
  );
}
