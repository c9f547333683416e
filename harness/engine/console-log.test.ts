import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SimClock } from '#virtual/sim-clock.ts';
import { memberOf } from '#core/json-path.ts';
import { openRecord } from '#engine/record-file.ts';
import { Recorder } from '#engine/recorder.ts';
import { temporaryFolder } from '#engine/tiny-run.fixture.ts';

describe('console of a record', () => {
  const folder = temporaryFolder();

  /** Records lines; gives the entries and the log's bytes, null where there is none. */
  function recorded(lines: Iterable<string>): { entries: Recorder['entries']; log: Buffer | null } {
    const file = openRecord(folder(), { board: 'b', flaws: [], scenario: 's' });
    const recorder = new Recorder(file, new SimClock(), (error) => assert.ifError(error));
    for (const line of lines) recorder.addConsole(line);
    recorder.end({});
    file.close();
    const about = memberOf(recorder.entries.at(-2)?.data, 'log') as { file: string } | undefined;
    return {
      entries: recorder.entries,
      log: about === undefined ? null : readFileSync(join(folder(), about.file)),
    };
  }

  const texts = (log: Buffer | null) =>
    String(log)
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly text: string }).text);

  it('is in the record alone where it fits there', () => {
    const { entries, log } = recorded(['one', 'two']);
    assert.equal(log, null);
    assert.equal(entries.length, 3);
  });

  it('is kept whole from its first line as soon as the record must leave something out', () => {
    const many = Array.from({ length: 5000 }, (_, index) => `line ${index}`);
    const { entries, log } = recorded(many);
    assert.deepEqual(texts(log), many);
    assert.equal(entries.length, 402);
  });

  it('keeps a line longer than the record shows', () => {
    const lines = ['short', 'x'.repeat(100_000), 'after'];
    assert.deepEqual(texts(recorded(lines).log), lines);
  });

  it('is bound to the evidence by its digest, and acts on no terminal', () => {
    const hostile = '\u001b]0;owned\u0007\u009b31m\u202egnp.exe\u2028</script>'.repeat(20);
    const { entries, log } = recorded([hostile]);
    assert.deepEqual(texts(log), [hostile]);
    assert.doesNotMatch(String(log).replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    const about = memberOf(entries.at(-2)?.data, 'log');
    assert.equal(memberOf(about, 'sha256'), hash('sha256', log ?? Buffer.alloc(0), 'hex'));
  });
});
