import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import { minimiseSteps } from '#drivers/radio/ble/minimise-steps.ts';

const caseOf = (numbers: readonly number[]): BleCase => ({
  name: 'waits',
  ownLink: false,
  steps: numbers.map((ms) => ({ do: 'wait', ms })),
});
const numbersOf = ({ steps }: BleCase) => steps.map((step) => (step.do === 'wait' ? step.ms : -1));

describe('minimising the steps of a case', () => {
  it('leaves exactly those that matter', async () => {
    const property = fc.asyncProperty(
      fc.uniqueArray(fc.nat(20), { minLength: 1, maxLength: 12 }),
      fc.nat(11),
      fc.nat(11),
      async (numbers, first, second) => {
        const needed = new Set([numbers[first % numbers.length], numbers[second % numbers.length]]);
        const does = (tried: BleCase) => {
          const left = new Set(numbersOf(tried));
          return Promise.resolve([...needed].every((one) => left.has(one ?? -1)));
        };
        const { shortest, tried } = await minimiseSteps(caseOf(numbers), does);
        assert.deepEqual(new Set(numbersOf(shortest)), needed);
        assert.ok(tried <= 200);
      },
    );
    await fc.assert(property, { numRuns: 100 });
  });
});
