import { deepEqual, equal } from 'node:assert/strict';
import fc from 'fast-check';
import { combine, exitCode, VERDICTS } from '#core/verdict.ts';

const verdict = fc.constantFrom(...VERDICTS);

describe('verdict', () => {
  it('proves nothing from nothing', () => {
    equal(combine([]), 'inconclusive');
    equal(exitCode([]), 2);
  });

  it('keeps not-applicable neutral next to a pass', () => {
    equal(combine(['not-applicable', 'pass']), 'pass');
    equal(combine(['not-applicable']), 'not-applicable');
  });

  it('maps to exit codes: 0 pass, 1 fail, 2 not shown', () => {
    deepEqual(
      VERDICTS.map((one) => [one, exitCode([one])]),
      [
        ['not-applicable', 0],
        ['pass', 0],
        ['inconclusive', 2],
        ['error', 2],
        ['fail', 1],
      ],
    );
  });

  it('only worsens by combining, in any order', () => {
    fc.assert(
      fc.property(fc.array(verdict, { minLength: 1 }), verdict, (some, more) => {
        const rank = (one: (typeof VERDICTS)[number]) => VERDICTS.indexOf(one);
        const combined = combine([...some, more]);
        equal(combined, combine([more, ...some]));
        equal(rank(combined) >= rank(combine(some)), true);
      }),
    );
  });
});
