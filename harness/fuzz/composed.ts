import { InternalError } from '#core/errors.ts';
import { forgeryName, type Forgery } from '#fuzz/forgery.ts';

/** What a forgery composed of two says by itself; the rest follows from its parts. */
export type Composition = Pick<Forgery, 'attack' | 'id' | 'title' | 'temptation' | 'missing' | 'intact'> &
  Partial<Pick<Forgery, 'hidden' | 'cwe'>>;

/** A composer over forgeries by name: the second is made of what the first made. InternalError for a name that is none. */
export function composer(singles: readonly Forgery[]) {
  const byName = new Map(singles.map((forgery) => [forgeryName(forgery), forgery]));
  const named = (name: string): Forgery => {
    const forgery = byName.get(name);
    if (forgery !== undefined) return forgery;
    throw new InternalError({
      code: 'forgery-unknown',
      message: `there is no forgery ${name} to compose with`,
      remedy: 'name one out of the catalogue',
    });
  };
  return (first: string, second: string, own: Composition): Forgery => {
    const [inner, outer] = [named(first), named(second)];
    const scheme = outer.scheme ?? inner.scheme;
    return {
      category: 'composed',
      changes: `${inner.changes}; then ${outer.changes}`,
      expect: 'refused',
      guard: outer.guard,
      cwe: outer.cwe,
      ...(scheme === undefined ? {} : { scheme }),
      ...own,
      forge: (base, material) => outer.forge(inner.forge(base, material), material),
    };
  };
}
