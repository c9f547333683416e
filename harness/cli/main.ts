#!/usr/bin/env node
import { BenchError } from '#core/errors.ts';
import { dispatch } from './dispatch.ts';
import { outputOf } from './output.ts';

/** Exit code of a process that a second Ctrl-C ended (128 + SIGINT). */
const KILLED = 130;

const interrupted = new AbortController();

function stop(): void {
  if (interrupted.signal.aborted) process.exit(KILLED);
  process.stderr.write(
    '\nstopping: what is under way is ended properly (a run is sealed); once more stops at once\n',
  );
  interrupted.abort(
    new BenchError({
      code: 'interrupted',
      message: 'interrupted by the operator',
      remedy: 'run it again; what was recorded until now is kept',
    }),
  );
}

process.on('SIGINT', stop);
process.on('SIGTERM', stop);

const args = process.argv.slice(2);
const output = outputOf(process, args.includes('--json'));
const exitCode = await dispatch(args, output, interrupted.signal);
await output.flush();
process.exit(exitCode);
