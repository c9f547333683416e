import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isAssayError } from '#core/errors.ts';
import { openOcdAnswer, openOcdRequest, openOcdWords } from '#codecs/openocd-rpc.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');

describe('codecs/openocd-rpc', () => {
  it('asks under catch, ended by 0x1A', () => {
    const request = Buffer.from(openOcdRequest('halt')).toString();
    assert.equal(request, 'format {%d %s} [catch {halt} assay] $assay\u001a');
    assert.throws(() => openOcdRequest('halt\u001ashutdown'), RangeError);
    assert.throws(() => openOcdRequest('écho'), RangeError);
  });

  it('reads answers as OpenOCD 0.12 gives them', () => {
    assert.equal(openOcdAnswer(bytes('0 ')), null);
    assert.deepEqual(openOcdAnswer(bytes('0 \u001a')), { ok: true, text: '' });
    assert.deepEqual(openOcdAnswer(bytes('1 invalid command name "nosuch"\u001a')), {
      ok: false,
      text: 'invalid command name "nosuch"',
    });
    assert.deepEqual(openOcdAnswer(bytes('-904 \u001a')), { ok: false, text: '' });
    assert.throws(() => openOcdAnswer(bytes('Open On-Chip Debugger\u001a')), { code: 'openocd-answer' });
    assert.throws(() => openOcdAnswer(new Uint8Array((1 << 20) + 1)), { code: 'openocd-answer' });
  });

  it('reads words, as many as were asked for', () => {
    assert.deepEqual(openOcdWords('0x6 0xFFFFFFFF', 2), [6, 0xffff_ffff]);
    for (const text of ['0x6', '0x6 6', '', '0x6 0x1ffffffff']) {
      assert.throws(() => openOcdWords(text, 2), { code: 'openocd-answer' });
    }
  });

  it('throws nothing but a BenchError, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (received) => {
        try {
          openOcdAnswer(received);
        } catch (error) {
          assert.ok(isAssayError(error));
        }
      }),
    );
  });
});
