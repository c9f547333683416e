import type { BenchKind } from '#core/rig.ts';

const FAMILIES: Readonly<Record<string, string>> = {
  control: 'Positive controls',
  rollback: 'OTA rollback',
  downgrade: 'Downgrade',
  'corrupted-image': 'Corrupted image',
  'fuzzed-wireless': 'Fuzzed wireless input',
  'power-loss': 'Power loss',
};

/** A family's name for a heading. */
export function familyName(family: string): string {
  const plain = family.replaceAll('-', ' ');
  return FAMILIES[family] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

const FAMILY_ORDER = Object.keys(FAMILIES);

/** Controls first, then the families in the order a reader meets them elsewhere; unknown ones behind, by name. */
export function byFamily(a: string, b: string): number {
  const place = (family: string) => {
    const index = FAMILY_ORDER.indexOf(family);
    return index < 0 ? FAMILY_ORDER.length : index;
  };
  return place(a) - place(b) || (a < b ? -1 : Number(a > b));
}

/** What kind of thing was tested, in words nobody can overlook. */
export const KINDS: Readonly<Record<BenchKind, { readonly name: string; readonly meaning: string }>> = {
  board: { name: 'Real board', meaning: 'a physical board, driven through its own connectors' },
  machine: {
    name: 'Emulated machine',
    meaning: 'real firmware machine code on an emulated or host machine, no silicon',
  },
  virtual: {
    name: 'Virtual board',
    meaning: 'a simulation inside Assay, no firmware of a product and no silicon',
  },
};

/** `1 scenario`, `2 scenarios`. */
export function count(n: number, one: string, many: string = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** Digits in groups of three, with a thin space that never breaks. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** `12 ms`, `3.4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** `2026-03-01 12:00:05 UTC`; a date that cannot be read is shown as it is. */
export function moment(iso: string): string {
  const match = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/.exec(iso);
  return match === null ? iso : `${match[1]} ${match[2]} UTC`;
}

/** A clause as a sentence begins: its first letter a capital, unless its first word is a name with digits or capitals. */
export function sentence(text: string): string {
  return /^[a-z]+[ ,:;]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}
