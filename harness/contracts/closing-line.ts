import Mocha from 'mocha';

const { Base } = Mocha.reporters;
const { EVENT_RUN_END, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function count(tally: Tally): string {
  const skipped = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  return `${tally.passed} passed, ${tally.failed} failed${skipped}`;
}

/** The suite directly under the root that a test or hook belongs to. */
function topSuite(runnable: { readonly parent?: Mocha.Suite | undefined }): string {
  let suite = runnable.parent;
  while (suite?.parent !== undefined && !suite.parent.root) suite = suite.parent;
  return suite?.title ?? '';
}

/**
 * Mocha reporter for people and logs: one line per top-level suite, then what was skipped (a title carries its reason,
 * see `skipBecause`), then each failure in full, and as last line `N passed, 0 failed`.
 */
export class ClosingLine extends Base {
  readonly #total: Tally = { passed: 0, failed: 0, skipped: 0 };
  readonly #suites = new Map<string, Tally>();
  readonly #skipped: string[] = [];

  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.on(EVENT_TEST_PASS, (test) => this.#note(test, 'passed'));
    runner.on(EVENT_TEST_FAIL, (test) => this.#note(test, 'failed'));
    runner.on(EVENT_TEST_PENDING, (test) => {
      this.#note(test, 'skipped');
      this.#skipped.push(test.fullTitle());
    });
    runner.on(EVENT_SUITE_END, (suite) => this.#suiteEnd(suite));
    runner.once(EVENT_RUN_END, () => this.#close());
  }

  #note(runnable: Mocha.Runnable, what: keyof Tally): void {
    const name = topSuite(runnable);
    const tally = this.#suites.get(name) ?? { passed: 0, failed: 0, skipped: 0 };
    this.#suites.set(name, tally);
    tally[what] += 1;
    this.#total[what] += 1;
  }

  #suiteEnd(suite: Mocha.Suite): void {
    if (suite.parent?.root !== true) return;
    const tally = this.#suites.get(suite.title);
    if (tally === undefined) return;
    this.#suites.delete(suite.title);
    print(`${tally.failed > 0 ? 'FAIL' : '  ok'}  ${suite.title}: ${count(tally)}`);
  }

  #close(): void {
    if (this.#skipped.length > 0) {
      print('\nskipped:');
      for (const title of this.#skipped) print(`  ${title}`);
    }
    if (this.failures.length > 0) Base.list(this.failures);
    print(`\n${count(this.#total)}`);
  }
}

Object.assign(Mocha.reporters, { 'closing-line': ClosingLine });
