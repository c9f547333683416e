import assert from 'node:assert/strict';
import { loadOf } from '#drivers/machine/last-load.ts';

/** Register n holds 0x1000 * n. */
const registers = Array.from({ length: 16 }, (_, number) => 0x1000 * number);

describe('drivers/machine/last-load', () => {
  it('tells what LDM has loaded by the base that it moved', () => {
    // ldmia r2!, {r0, r1, r3}
    assert.deepEqual(loadOf(0xca0b, registers), { from: 0x2000 - 12, length: 12 });
  });

  it('knows no place where the base itself was loaded', () => {
    // ldmia r1, {r0, r1}
    assert.deepEqual(loadOf(0xc903, registers), { from: null, length: 8 });
  });

  for (const [name, instruction] of [
    ['ldr r0, [r1]', 0x6808],
    ['ldrb r0, [r1, #1]', 0x7848],
    ['stmia r2!, {r0, r1}', 0xc203],
    ['pop {r4, pc}', 0xbd10],
  ] as const) {
    it(`leaves ${name} alone`, () => assert.equal(loadOf(instruction, registers), null));
  }
});
