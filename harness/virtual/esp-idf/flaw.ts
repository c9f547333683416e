import type { Flaw } from '#core/rig.ts';

/** A maker of the flaws of one attack family. */
export function flawsOf(family: string) {
  return <const Name extends string>(
    name: Name,
    cwe: string | null,
    title: string,
    story: string,
    reference?: string,
  ) => {
    const id = `esp-idf/${name}` as const;
    return {
      id,
      family,
      title,
      story,
      cwe,
      ...(reference === undefined ? {} : { reference }),
    } satisfies Flaw;
  };
}
