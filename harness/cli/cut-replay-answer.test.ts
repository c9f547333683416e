import assert from 'node:assert/strict';
import type { CutReplay } from '#engine/replay-cuts.ts';
import { cutReplayAnswer } from './cut-replay-answer.ts';

const cut = { operation: 17, tear: 'prefix', seed: 3, kind: 'write', address: 0x81fe8, length: 8 } as const;
const replayed = {
  recorded: { board: 'nrf52840-dk', scenario: 'power-loss/revert/every-operation' },
  sequence: {
    phase: 'revert',
    cuts: [cut, { ...cut, operation: 2, tear: 'weak-erase', kind: 'erase', length: 4096 }],
  },
  seen: {
    boots: [{ identity: null, slot: '', confirmed: false }],
    left: 'ab'.repeat(32),
    state: 'cd'.repeat(32),
  },
  sameLeft: true,
  sameState: true,
} as unknown as CutReplay;

describe('assay replay --cuts', () => {
  it('tells each cut, what booted, and that flash came to the same bytes', () => {
    const { exitCode, text } = cutReplayAnswer(replayed);
    assert.equal(exitCode, 0);
    assert.match(text, /operation 17, write of 8 bytes at 0x81fe8: prefix, seed 3/);
    assert.match(text, /operation 2, erase of 4096 bytes at 0x81fe8: weak-erase/);
    assert.match(text, /then booted: nothing/);
    assert.match(text, /reproduced byte for byte$/);
  });

  it('says where flash came to other bytes, and ends with another code', () => {
    const { exitCode, text, json } = cutReplayAnswer({ ...replayed, sameState: false });
    assert.equal(exitCode, 2);
    assert.match(text, /when settled cdcdcdcdcdcdcdcd: OTHER bytes/);
    assert.equal((json as { readonly reproduced: boolean }).reproduced, false);
  });
});
