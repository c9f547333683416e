/** Skips the running test with a reason, which the reporter shows behind its title. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const running = context.test ?? context.currentTest;
  if (running !== undefined) running.title = `${running.title}: ${reason}`;
  return context.skip();
}
