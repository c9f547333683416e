import assert from 'node:assert/strict';
import { findingLine, repeatsOf, repeatsText } from '#core/fuzz-finding.ts';

describe('what a reader is told of a finding', () => {
  // E. B. Wilson, JASA 22 (1927): 3 of 3 at 95 % lies above 3 / (3 + 1.96²) = 0.4385, 1 of 10 between 0.018 and 0.404.
  it('tells the rate with where the true one lies', () => {
    assert.deepEqual(repeatsOf(3, 3), { alarms: 3, tries: 3, from: 0.439, to: 1 });
    assert.deepEqual(repeatsOf(1, 10), { alarms: 1, tries: 10, from: 0.018, to: 0.404 });
    assert.equal(repeatsText(repeatsOf(3, 3)), '3 of 3 (at least 44 %)');
    assert.equal(repeatsText(repeatsOf(1, 10)), '1 of 10 (2 to 40 %)');
    assert.equal(repeatsText(repeatsOf(0, 0)), 'not repeated');
  });

  it('is one line: oracle, crash, size and rate', () => {
    const brief = { id: '5ca67c3ff41b', oracle: 'fault-line', inputs: 1, bytes: 196, often: '3 of 3' };
    assert.equal(
      findingLine({ ...brief, fault: '***** MPU FAULT *****' }),
      '5ca67c3ff41b fault-line (***** MPU FAULT *****), 1 input of 196 bytes, 3 of 3',
    );
    assert.equal(
      findingLine({ ...brief, fault: null, inputs: 2 }),
      '5ca67c3ff41b fault-line, 2 inputs of 196 bytes, 3 of 3',
    );
  });
});
