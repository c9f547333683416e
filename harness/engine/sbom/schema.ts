import type { SbomCheck } from '#core/campaign.ts';
import { canonical, type Json } from '#core/canonical.ts';

/** Longest text of a schema's complaint. */
const MOST = 300;

/** Holds a CycloneDX file against the official schema of its version, by the format's own library. */
export async function schemaCheck(json: Json, version: string): Promise<SbomCheck> {
  const check = { rules: 'CycloneDX schema', rule: `schema of version ${version}` };
  // Loaded here, since a run without bill of materials does without it.
  const { Spec, Validation } = await import('@cyclonedx/cyclonedx-library');
  const known = Object.values(Spec.Version).find((one) => one.valueOf() === version);
  if (known === undefined) return { ...check, met: false, detail: 'no schema of this version is known' };
  try {
    const found = await new Validation.JsonStrictValidator(known).validate(canonical(json));
    return found === null
      ? { ...check, met: true, detail: 'valid' }
      : { ...check, met: false, detail: JSON.stringify(found).slice(0, MOST) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...check, met: false, detail: `not checked: ${why}`.slice(0, MOST) };
  }
}
