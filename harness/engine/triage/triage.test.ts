import assert from 'node:assert/strict';
import { repeatsOf, repeatsText, type FuzzFinding } from '#core/fuzz-finding.ts';
import { triesFor } from '#engine/triage/attribute.ts';
import { findingFiles } from '#engine/triage/finding-files.ts';
import { asked, callOn } from '#engine/triage/fragile-board.fixture.ts';
import { triageAlarm } from '#engine/triage/triage.ts';

const textsOf = ({ steps }: FuzzFinding) => steps.map(({ bytes }) => Buffer.from(bytes, 'hex').toString());

describe('triage of an alarm', () => {
  it('makes the one input that does it as short as it gets, and shows that three times', async () => {
    const call = callOn({ fatal: (sent) => sent.some((text) => /b.*d/.test(text)) });
    const { finding } = await triageAlarm(asked(['xx', 'aabccd-and-much-more']), call);
    assert.deepEqual(textsOf(finding), ['bd']);
    assert.equal(finding.cause, 'case');
    assert.ok(finding.minimal && !finding.flaky);
    assert.deepEqual([finding.repeats.alarms, finding.repeats.tries], [3, 3]);
    assert.equal(finding.probes, call.restored());
    assert.deepEqual(finding.found.length, 20);
  });

  it('finds the inputs that do it together where the last one alone does not', async () => {
    const call = callOn({
      fatal: (sent) => sent.join('').includes('one') && sent.at(-1)?.includes('!') === true,
    });
    const others = Array.from({ length: 40 }, (_, index) => `filler ${index}`);
    const texts = [...others.slice(0, 20), 'this one', ...others.slice(20), 'now!'];
    const { finding } = await triageAlarm(asked(texts), call);
    assert.equal(finding.cause, 'sequence');
    assert.deepEqual(textsOf(finding), ['one', '!']);
    assert.ok(finding.minimal);
  });

  it('tells what does it now and then, with its rate', async () => {
    const call = callOn({ fatal: (sent, turn) => turn % 2 === 0 && sent.includes('bad') });
    const { finding } = await triageAlarm(asked(['fine', 'bad']), call);
    assert.equal(finding.cause, 'case');
    assert.ok(finding.flaky);
    assert.deepEqual([finding.repeats.alarms, finding.repeats.tries], [5, 10]);
    assert.match(repeatsText(finding.repeats), /^5 of 10 \(24 to 76 %\)$/);
  });

  it('keeps what never happened again, with the last inputs', async () => {
    const { finding } = await triageAlarm(asked(['a', 'b', 'c']), callOn({ fatal: () => false }));
    assert.equal(finding.cause, 'unreproduced');
    assert.deepEqual(textsOf(finding), ['a', 'b', 'c']);
    assert.equal(finding.repeats.alarms, 0);
    assert.ok(!finding.minimal && finding.flaky);
  });

  it('does not take another crash for the one it looks for', async () => {
    const call = callOn({ fatal: (sent) => sent.includes('bad'), says: 'E: ***** BUS FAULT *****' });
    const { finding } = await triageAlarm(asked(['bad']), call);
    assert.equal(finding.cause, 'unreproduced');
  });

  it('stops when its budget is used up, and when somebody wants it to: what it has is shown all the same', async () => {
    const fatal = (sent: readonly string[]) => sent.some((text) => text.includes('k'));
    const long = asked([`${'x'.repeat(200)}k${'x'.repeat(200)}`], { probes: 16 });
    const short = await triageAlarm(long, callOn({ fatal }));
    assert.ok(!short.finding.minimal);
    assert.ok(short.finding.probes <= 16, `${short.finding.probes}`);
    assert.equal(short.finding.repeats.alarms, 3);
    const stopped = await triageAlarm({ ...long, probes: 300, stopped: () => true }, callOn({ fatal }));
    assert.ok(stopped.finding.probes <= 6);
    assert.equal(stopped.finding.repeats.alarms, 3);
  });

  it('leaves whole what a board had to refuse: less of it might be right', async () => {
    const input = asked(['expired certificate']);
    const alarm = { ...input.broken.alarm, oracle: 'breach' } as const;
    const triaged = await triageAlarm(
      { ...input, broken: { ...input.broken, alarm } },
      callOn({ fatal: () => false }),
    );
    assert.deepEqual(textsOf(triaged.finding), ['expired certificate']);
  });

  it('keeps the case, the verdict, and slices of console, wire and current', async () => {
    const fatal = (sent: readonly string[]) => sent.length > 0;
    const call = callOn({ fatal, draws: (crashed) => (crashed ? 8000 : 900) });
    const files = findingFiles(await triageAlarm(asked(['x']), call));
    assert.deepEqual(Object.keys(files), [
      'case.json',
      'verdict.json',
      'console.json',
      'slice.pcapng',
      'current.csv',
    ]);
    assert.deepEqual(files['console.json'], [{ at: 0, text: 'ASSERTION FAIL [x] @ y.c:7' }]);
    assert.equal((files['verdict.json'] as { current: string }).current, 'spins');
    const csv = Buffer.from(files['current.csv'] as Uint8Array).toString();
    assert.match(csv, /^ms,average_ua,peak_ua\n0\.000,900\.0,900\.0\n125\.000,8000\.0,8000\.0\n/);
  });
});

describe('rates of what does not happen every time', () => {
  it('lie where Wilson’s interval says', () => {
    const { from, to } = repeatsOf(1, 10);
    assert.deepEqual([from, to], [0.018, 0.404]);
    assert.deepEqual([repeatsOf(3, 3).from, repeatsOf(3, 3).to], [0.439, 1]);
    assert.deepEqual([repeatsOf(0, 0).from, repeatsOf(0, 0).to], [0, 1]);
  });

  it('say how often to try: a cause of one in three is seen in eight tries with 95 %', () => {
    assert.deepEqual([triesFor(3, 3), triesFor(2, 3), triesFor(1, 3), triesFor(0, 3)], [1, 3, 8, 8]);
  });
});
