/** Gives back what a rig holds, in this order, all of it even where one fails; the first failure is thrown at the end. */
export async function release(...parts: readonly (Partial<AsyncDisposable> | undefined)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part?.[Symbol.asyncDispose]?.();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
