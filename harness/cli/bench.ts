import { exportOf, modulesIn } from '#engine/discovery.ts';
import { suggest } from '#engine/nearest.ts';
import { explain, UsageError } from '#core/errors.ts';

const FOLDER = 'harness/engine/benchmarks';

/** Runs the benchmark that was named: `npm run bench -- cuts`. */
async function main(name: string | undefined): Promise<void> {
  const names = modulesIn(FOLDER).map((place) => place.slice(FOLDER.length + 1));
  if (name === undefined || !names.includes(name)) {
    throw new UsageError({
      code: 'benchmark-unknown',
      message: name === undefined ? 'no benchmark was named' : `there is no benchmark ${name}`,
      remedy: suggest(name ?? '', names),
    });
  }
  const benchmark = (await exportOf(`${FOLDER}/${name}`, 'benchmark')) as (
    say: (line: string) => void,
  ) => Promise<void>;
  await benchmark((line) => void process.stdout.write(`${line}\n`));
}

try {
  await main(process.argv[2]);
} catch (error) {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = error instanceof UsageError ? 64 : 2;
}
