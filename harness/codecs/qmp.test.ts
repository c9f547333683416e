import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeQmp, QmpStream } from '#codecs/qmp.ts';

const ascii = (text: string) => Uint8Array.from(Buffer.from(text, 'utf8'));
const read = (text: string) => new QmpStream().push(ascii(text));

describe('codecs/qmp', () => {
  it('reads the messages of the specification', () => {
    const greeting =
      '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": ""}, "capabilities": []}}';
    assert.deepEqual(read(`${greeting}\r\n`), [{ kind: 'greeting', version: [7, 2] }]);
    assert.deepEqual(read('{"return": {"running": false}, "id": 4}\n'), [
      { kind: 'return', id: 4, value: { running: false } },
    ]);
    assert.deepEqual(
      read('{"error": {"class": "GenericError", "desc": "Parameter missing"}, "id": 2}\n{"event":"RESET"}\n'),
      [
        { kind: 'error', id: 2, name: 'GenericError', description: 'Parameter missing' },
        { kind: 'event', name: 'RESET', data: undefined },
      ],
    );
  });

  it('writes a command with an id, arguments only where there are any', () => {
    assert.equal(Buffer.from(encodeQmp(1, 'stop', {})).toString(), '{"execute":"stop","id":1}\n');
    assert.equal(
      Buffer.from(encodeQmp(2, 'pmemsave', { val: 0 })).toString(),
      '{"execute":"pmemsave","arguments":{"val":0},"id":2}\n',
    );
  });

  it('says what it cannot read, and reads on', () => {
    const [first, second] = read('{]\n{"return":{}}\n');
    assert.deepEqual([first?.kind, second?.kind], ['unreadable', 'return']);
    const long = new QmpStream(8);
    assert.deepEqual(long.push(ascii('123456789\n')), [
      { kind: 'unreadable', why: 'a line that is too long' },
    ]);
    assert.equal(long.push(ascii('[]\n'))[0]?.kind, 'unreadable');
  });

  it('takes any bytes in any chunking', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 40 }), (bytes, size) => {
        const whole = new QmpStream().push(bytes);
        const pieces = new QmpStream();
        const items = [];
        for (let at = 0; at < bytes.length; at += size)
          items.push(...pieces.push(bytes.subarray(at, at + size)));
        assert.deepEqual(items, whole);
      }),
    );
  });
});
