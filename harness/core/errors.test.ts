import { equal } from 'node:assert/strict';
import { BenchError, explain, isAssayError, UsageError } from '#core/errors.ts';

describe('errors', () => {
  it('say what happened, what was expected, what came, and what to try', () => {
    const error = new UsageError({
      code: 'no-such-board',
      message: 'the bench has no board "nrf9"',
      expected: 'one of nrf52840-dk, esp32-devkitc',
      got: 'nrf9',
      remedy: 'run `assay list` to see the boards',
    });
    equal(
      explain(error),
      [
        'the bench has no board "nrf9"',
        '  expected: one of nrf52840-dk, esp32-devkitc',
        '  got:      nrf9',
        '  try:      run `assay list` to see the boards',
      ].join('\n'),
    );
    equal(error.fault, 'caller');
  });

  it('keep their cause and are known by brand, not by class identity', () => {
    const cause = new Error('EBUSY');
    const error = new BenchError({ code: 'port-busy', message: 'port is taken', remedy: 'close it', cause });
    equal(error.cause, cause);
    equal(isAssayError(error), true);
    equal(isAssayError(cause), false);
    equal(isAssayError({ fault: 'bench' }), false);
  });

  it('explain anything that was thrown', () => {
    equal(explain(new RangeError('boom')), 'boom');
    equal(explain('text'), 'text');
  });
});
