import assert from 'node:assert/strict';
import { BootLog, parseBanner } from '#drivers/identity/banner.ts';

const line = '*** assay-fw nrf52840-dk v1.2.0+4 build 00112233445566ff ***';

describe('drivers/identity/banner', () => {
  it('reads the banner of a test application', () => {
    assert.deepEqual(parseBanner(line), {
      product: 'nrf52840-dk',
      version: '1.2.0+4',
      buildId: '00112233445566ff',
    });
  });

  it('passes over everything else', () => {
    for (const other of [
      '',
      '*** Booting MCUboot v2.4.0 ***',
      ` ${line}`,
      `${line} `,
      line.replace('ff ***', 'FF ***'),
      line.replace('build 0', 'build '),
      line.replace('nrf52840-dk', 'x'.repeat(65)),
      line.replace('1.2.0', '1.2.\u001b[0m'),
    ]) {
      assert.equal(parseBanner(other), null, other);
    }
  });

  it('remembers boots in order until it is told to forget', () => {
    const log = new BootLog();
    const heard: number[] = [];
    const stop = log.onBoot((boot) => heard.push(boot.atMs));
    log.take({ atMs: 1, text: line });
    log.take({ atMs: 2, text: 'noise' });
    log.take({ atMs: 3, text: line });
    stop();
    log.take({ atMs: 4, text: line });
    assert.deepEqual(
      log.boots().map((boot) => boot.atMs),
      [1, 3, 4],
    );
    assert.deepEqual(heard, [1, 3]);
    log.forget();
    assert.deepEqual(log.boots(), []);
  });

  it('does not grow for ever on a board that restarts for ever', () => {
    const log = new BootLog();
    for (let atMs = 0; atMs < 5000; atMs++) log.take({ atMs, text: line });
    assert.equal(log.boots().length, 4096);
  });
});
