import type { CallOptions } from '#core/capabilities.ts';
import { SHELL_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { call, numberOf, textOf } from '#drivers/smp/call.ts';

/** What a shell command printed, and its status. */
export interface ShellOutcome {
  readonly output: string;
  /** 0 is success; older servers say it as `rc`. */
  readonly status: number;
}

/** Runs a line in the board's shell. The server joins the words with blanks: blanks within a word do not last. */
export async function runShell(
  client: SmpClient,
  words: readonly string[],
  options: CallOptions,
): Promise<ShellOutcome> {
  const command = { op: SMP_OP.write, group: SMP_GROUP.shell, command: SHELL_COMMAND.execute };
  const answer = await call(client, command, { argv: words }, options);
  return { output: textOf(answer, 'o'), status: answer.has('ret') ? numberOf(answer, 'ret') : 0 };
}
