import type { Found, Finder } from '#core/found.ts';
import { isAssayError } from '#core/errors.ts';
import { exportOf, modulesIn } from '#engine/discovery.ts';

const FOLDER = 'harness/drivers/discover';

/** What is plugged in, and what could not be looked for. */
export interface Discovery {
  readonly found: readonly Found[];
  readonly remarks: readonly string[];
}

/** Asks every finder; one that fails is a remark, and the others are heard. */
export async function discoverEquipment(signal: AbortSignal): Promise<Discovery> {
  const finders = (await Promise.all(
    modulesIn(FOLDER).map((place) => exportOf(place, 'finder')),
  )) as readonly Finder[];
  const answers = await Promise.all(finders.map((finder) => asked(finder, signal)));
  return { found: answers.flatMap(({ found }) => found), remarks: answers.flatMap(({ remarks }) => remarks) };
}

async function asked(finder: Finder, signal: AbortSignal): Promise<Discovery> {
  try {
    return await finder.find(signal);
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof Error ? error.message : String(error);
    return {
      found: [],
      remarks: [`${finder.name} were not found: ${why}${isAssayError(error) ? `; ${error.remedy}` : ''}`],
    };
  }
}
