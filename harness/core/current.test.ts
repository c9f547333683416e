import assert from 'node:assert/strict';
import { currentSign, type CurrentReading } from '#core/current.ts';

const readings = (...averages: readonly number[]): readonly CurrentReading[] =>
  averages.map((averageUa, index) => ({ atMs: 100 * index, averageUa, peakUa: 2 * averageUa }));

describe('what a board draws after an alarm', () => {
  const [rest] = readings(900) as [CurrentReading];

  it('is steadily high where the processor spins, and steadily low where it is halted', () => {
    assert.equal(currentSign(rest, readings(6200, 6300, 6250)), 'spins');
    assert.equal(currentSign(rest, readings(40, 41, 40)), 'halted');
  });

  it('goes up and down where the board starts again', () => {
    assert.equal(currentSign(rest, readings(300, 9000, 800)), 'starts');
  });

  it('says nothing where it is within a factor of two of what it was', () => {
    assert.equal(currentSign(rest, readings(900, 1100, 700)), 'as-before');
    assert.equal(currentSign({ ...rest, averageUa: 0 }, readings(0, 0)), 'as-before');
  });
});
