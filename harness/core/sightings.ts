import type { BootSeen, CutReceipt, Receipt, RunningImage } from '#core/capabilities.ts';
import type { Image } from '#core/image.ts';
import type { AreaReading } from '#core/verbs.ts';

/** Whether this very image answers. */
export function runs(seen: RunningImage, image: Image): boolean {
  return seen.running && seen.identity === image.identity;
}

/** Whether this very image answers and says that it is permanent. */
export function runsConfirmed(seen: RunningImage, image: Image): boolean {
  return seen.running && seen.identity === image.identity && seen.confirmed;
}

/** Whether an application with the build id of this image announced itself. */
export function booted(boots: readonly BootSeen[], image: Image): boolean {
  return boots.some((boot) => boot.buildId === image.buildId);
}

/** Boots of applications that none of these images is. */
export function strangers(boots: readonly BootSeen[], known: readonly Image[]): readonly BootSeen[] {
  return boots.filter((boot) => known.every((image) => image.buildId !== boot.buildId));
}

/** What runs, for a reader, naming the image where it is one of those given. */
export function describeRunning(seen: RunningImage, known: readonly Image[]): string {
  if (!seen.running) return `no application answers: ${seen.why}`;
  const image = known.find((candidate) => candidate.identity === seen.identity);
  const name = image === undefined ? `unknown image ${seen.version}` : image.name;
  return `${name} (${seen.identity.slice(0, 12)}) runs from ${seen.slot}, ${seen.confirmed ? 'confirmed' : 'unconfirmed'}, by ${seen.how}`;
}

/** The boots seen, oldest first, for a reader; long histories keep their ends. */
export function describeBoots(boots: readonly BootSeen[], known: readonly Image[]): string {
  if (boots.length === 0) return 'no boot seen';
  const names = boots.map(
    (boot) => known.find((image) => image.buildId === boot.buildId)?.name ?? `unknown build ${boot.buildId}`,
  );
  const shown =
    names.length <= 6 ? names : [...names.slice(0, 3), `(${names.length - 5} more)`, ...names.slice(-2)];
  return `boots: ${shown.join(', ')}`;
}

/** How an offer or a request to confirm was taken, for a reader. */
export function describeReceipt(receipt: Receipt | null): string {
  if (receipt === null) return 'not asked';
  return receipt.accepted ? `accepted: ${receipt.detail}` : `refused at ${receipt.step}: ${receipt.reason}`;
}

/** Where power went, for a reader. */
export function describeCut(cut: CutReceipt): string {
  const { operation } = cut;
  if (operation === undefined) return `power cut (${cut.verified})`;
  return `power cut at flash operation ${operation.index} (${operation.kind} at 0x${operation.address.toString(16)}; ${cut.verified})`;
}

/**
 * How a hostile image is known to have met the check it aims at: refused in so many words, or lying in the update area,
 * pending, when the board restarted. Null: neither.
 */
export function howReached(receipt: Receipt | null, reading: AreaReading | null): string | null {
  if (receipt !== null && !receipt.accepted) return `the board ${describeReceipt(receipt)}`;
  if (reading?.holds !== true) return null;
  return `its bytes lay in ${reading.area} (SHA-256 ${reading.digest.slice(0, 12)}), pending, when the board restarted`;
}
