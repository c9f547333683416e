import { InternalError } from '#core/errors.ts';

/** What a number of trials with failures among them says about the probability of failure. */
export interface FailureBound {
  readonly failures: number;
  readonly trials: number;
  /** 0.95 for 95 %. */
  readonly confidence: number;
  /** The probability of failure is at most this, with the confidence given; 1 where nothing was tried. */
  readonly upper: number;
}

/** Halvings of [0, 1]: beyond these a double has no more digits. */
const HALVINGS = 60;

/** Natural logarithm of the factorials 0! to n!. */
function logFactorials(n: number): Float64Array {
  const logs = new Float64Array(n + 1);
  for (let i = 2; i <= n; i++) logs[i] = (logs[i - 1] ?? 0) + Math.log(i);
  return logs;
}

/** P(X <= failures) of a binomial distribution, summed from logarithms so that no term is lost to rounding. */
function lowerTail(failures: number, trials: number, p: number, logs: Float64Array): number {
  if (p <= 0) return 1;
  if (p >= 1) return failures >= trials ? 1 : 0;
  const [hit, miss] = [Math.log(p), Math.log1p(-p)];
  let sum = 0;
  for (let k = 0; k <= failures; k++) {
    const ways = (logs[trials] ?? 0) - (logs[k] ?? 0) - (logs[trials - k] ?? 0);
    sum += Math.exp(ways + k * hit + (trials - k) * miss);
  }
  return sum;
}

/**
 * Exact one-sided upper bound (Clopper and Pearson 1934) on the probability of failure: the largest p under which so few
 * failures are still as likely as 1 - confidence. Without failures that is 1 - (1 - confidence)^(1 / trials). Cuts that
 * are spread unevenly but independently keep it valid for their mean probability: without failures by the inequality of
 * the arithmetic and geometric mean. Throws InternalError where the counts are none.
 */
export function failureBound(failures: number, trials: number, confidence = 0.95): FailureBound {
  const counts = Number.isInteger(failures) && Number.isInteger(trials) && failures >= 0;
  if (!counts || failures > trials || !(confidence > 0 && confidence < 1)) {
    throw new InternalError({
      code: 'bound-counts',
      message: `${failures} failures in ${trials} trials at confidence ${confidence} are no counts`,
      expected: '0 <= failures <= trials, whole numbers, and a confidence between 0 and 1',
      remedy: 'count failures among the trials that they came from',
    });
  }
  return { failures, trials, confidence, upper: upperOf(failures, trials, 1 - confidence) };
}

function upperOf(failures: number, trials: number, doubt: number): number {
  if (failures === trials) return 1;
  if (failures === 0) return -Math.expm1(Math.log(doubt) / trials);
  const logs = logFactorials(trials);
  let [low, high] = [failures / trials, 1];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (lowerTail(failures, trials, middle, logs) > doubt) low = middle;
    else high = middle;
  }
  return high;
}

/** A probability for a reader, rounded up so that it never claims more than was shown: `2.5 %`. */
export function percentUp(p: number): string {
  if (p >= 1) return '100 %';
  const percent = p * 100;
  const digits = percent >= 10 ? 0 : percent >= 1 ? 1 : 2 - Math.floor(Math.log10(percent)) - 1;
  const scale = 10 ** digits;
  return `${(Math.ceil(percent * scale - 1e-9) / scale).toFixed(digits)} %`;
}

/** The bound as one sentence that cannot be read as more than it says. */
export function boundSentence({ failures, trials, confidence, upper }: FailureBound): string {
  if (trials === 0) return 'No cut was made, so nothing is known of the probability of failure.';
  const seen = `${failures} ${failures === 1 ? 'failure' : 'failures'} in ${trials} cuts`;
  const sure = `with ${percentUp(confidence).replace('.0', '')} confidence`;
  return `${seen}: a cut placed as this plan placed them fails with a probability below ${percentUp(upper)}, ${sure}; this says nothing of moments that the plan did not reach.`;
}
