import type { Evidence } from '#core/evidence.ts';
import { numberOf, textOf } from '#core/json-path.ts';
import type { StoredInput } from '#core/record.ts';

/** Bytes that a chain says are kept beside it, each once; undefined where there are none. */
export function storedInputs(chain: readonly Evidence[]): readonly StoredInput[] | undefined {
  const found = new Map<string, StoredInput>();
  for (const { kind, data } of chain) {
    const sha256 = kind === 'bytes' ? textOf(data, 'sha256') : undefined;
    if (sha256 === undefined || found.has(sha256)) continue;
    found.set(sha256, {
      name: textOf(data, 'name') ?? 'input',
      length: numberOf(data, 'length') ?? 0,
      sha256,
    });
  }
  return found.size === 0 ? undefined : [...found.values()];
}
