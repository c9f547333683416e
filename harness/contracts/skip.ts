/** Skips the running test, or from a `before` hook its whole suite, with a reason that the reporter shows behind the title. */
export function skipBecause(context: Mocha.Context, reason: string): never {
  const running = context.test ?? context.currentTest;
  const isHook = running !== undefined && 'type' in running && running.type === 'hook';
  const told = isHook ? running.parent : running;
  if (told !== undefined) told.title = `${told.title}: ${reason}`;
  return context.skip();
}
