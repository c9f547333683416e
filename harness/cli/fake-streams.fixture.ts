import { PassThrough } from 'node:stream';
import { dispatch } from './dispatch.ts';
import { outputOf } from './output.ts';

export interface Said {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, as if nobody watched the streams. */
export async function assay(...args: readonly string[]): Promise<Said> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const output = outputOf({ stdout, stderr, env: {} } as never, args.includes('--json'));
  const exitCode = await dispatch(args, output, new AbortController().signal);
  return { exitCode, stdout: String(stdout.read() ?? ''), stderr: String(stderr.read() ?? '') };
}
