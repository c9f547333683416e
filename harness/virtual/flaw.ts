import type { Flaw } from '#core/rig.ts';

/** A maker of the flaws of one attack family in one boot loader; ids are `<boot loader>/<name>`. */
export function flawsOf<const Loader extends string>(loader: Loader, family: string) {
  return <const Name extends string>(
    name: Name,
    cwe: string | null,
    title: string,
    story: string,
    reference?: string,
  ) => {
    const id = `${loader}/${name}` as const;
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
