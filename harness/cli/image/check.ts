/** One thing that a boot loader asks of an image, and the answer. */
export interface Check {
  /** Image within the file, such as `primary slot`; empty where the file is one image. */
  readonly image: string;
  readonly check: string;
  /** `absent`: the image has nothing of the kind; `unchecked`: no key for it, or an earlier check failed. */
  readonly result: 'holds' | 'fails' | 'absent' | 'unchecked';
  readonly detail: string;
}

/** What a file was checked for. */
export interface Verdict {
  readonly valid: boolean;
  readonly checks: readonly Check[];
}

/** Several verdicts as one; of nothing there is nothing that holds. */
export function together(verdicts: readonly Verdict[]): Verdict {
  const valid = verdicts.length > 0 && verdicts.every((verdict) => verdict.valid);
  return { valid, checks: verdicts.flatMap(({ checks }) => checks) };
}

/** The same checks, told of an image within the file. */
export function within(image: string, { valid, checks }: Verdict): Verdict {
  return {
    valid,
    checks: checks.map(({ check, result, detail }) => ({ image, check, result, detail })),
  };
}
