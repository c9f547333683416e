import assert from 'node:assert/strict';
import { lineTemplate } from '#core/line-template.ts';

describe('core/line-template', () => {
  it('makes lines of one statement equal, whatever numbers, addresses and log prefixes they carry', () => {
    const pairs = [
      ['E:   BFAR Address: 0x20041234', '[00:00:01.204,345] <err> os:   BFAR Address: 0x2004ffff'],
      ['E (5303) task_wdt:  - mqtt (CPU 0)', 'E (91) task_wdt:  - mqtt (CPU 1)'],
      ['peer C0:11:22:33:44:55 gone', 'peer C0:11:22:33:44:66 gone'],
      ['offset 17 of 4096', 'offset 0 of 8'],
    ] as const;
    for (const [one, other] of pairs) {
      assert.equal(lineTemplate(one).replace(/^os: /, ''), lineTemplate(other).replace(/^os: /, ''));
    }
  });

  it('keeps apart what the firmware words differently', () => {
    assert.notEqual(lineTemplate('E: ***** BUS FAULT *****'), lineTemplate('E: ***** MPU FAULT *****'));
    assert.notEqual(lineTemplate('task mqtt_task'), lineTemplate('task http_task'));
  });

  it('is bounded, whatever the line', () => {
    assert.ok(lineTemplate('1 '.repeat(100_000)).length <= 800);
    assert.equal(lineTemplate(''), '');
  });
});
