import assert from 'node:assert/strict';
import type { ForgeryProof } from '#engine/forgery-proofs.ts';
import type { Proof } from '#engine/prove.ts';
import { proofExitCode, proofJson, proofText } from './proof-answer.ts';
import { terminalOf } from './terminal.ts';

const TERMINAL = terminalOf({}, {});

function forgery(name: string, caught: boolean): ForgeryProof {
  return {
    board: 'left',
    forgery: `bit-flip/${name}`,
    flaw: 'mcuboot/hash-tlv-trusted',
    caught,
    scenario: `corrupted-image/bit-flip/${name}-smp`,
    observed: caught ? 'fail: it ran' : 'pass: golden runs',
    hidden: [{ scenario: `corrupted-image/bit-flip/${name}-staged`, why: 'mcumgr refuses it' }],
  };
}

function proofOf(...forgeries: readonly ForgeryProof[]): Proof {
  const claim = {
    attack: 'corrupted-image/bit-flip',
    verdict: 'fail',
    scenario: null,
    observed: 'x',
    evidence: null,
  } as const;
  const row = { board: 'left', flaw: 'mcuboot/hash-tlv-trusted', family: 'corrupted-image', title: 'x' };
  return {
    matrix: [{ ...row, claims: [claim], caught: true }],
    forgeries,
    falseAlarms: [],
    sound: 4,
    interrupted: false,
    boards: [],
  };
}

describe('cli/proof-answer', () => {
  it('counts the forgeries that were caught, a row for each check left out', () => {
    const proof = proofOf(forgery('payload', true), forgery('version', true));
    const text = proofText(proof, TERMINAL);
    assert.match(text, /^2 of 2 forgeries caught by the twin that lacks their check$/m);
    assert.match(text, /^2 of 2\s+left\s+mcuboot\/hash-tlv-trusted\s+bit-flip\/payload, bit-flip\/version$/m);
    assert.equal(proofExitCode(proof), 0);
  });

  it('names a forgery that was not caught, and fails', () => {
    const proof = proofOf(forgery('payload', true), forgery('version', false));
    const text = proofText(proof, TERMINAL);
    assert.match(
      text,
      /missed left forgery bit-flip\/version on mcuboot\/hash-tlv-trusted: .*version-smp gave pass: golden runs/,
    );
    assert.match(text, /^1 of 2 forgeries caught/m);
    assert.equal(proofExitCode(proof), 1);
  });

  it('gives scripts every forgery with board, flaw, outcome and the paths that hide it', () => {
    const { forgeries } = proofJson(proofOf(forgery('payload', true)));
    assert.deepEqual(forgeries, [JSON.parse(JSON.stringify(forgery('payload', true)))]);
  });

  it('calls nothing missed that a stopped proof did not come to', () => {
    const whole = proofOf();
    const [row] = whole.matrix;
    assert.ok(row !== undefined);
    const [claim] = row.claims;
    assert.ok(claim !== undefined);
    const open = { ...row, caught: false, claims: [{ ...claim, verdict: 'inconclusive' as const }] };
    const text = proofText({ ...whole, matrix: [open], interrupted: true }, TERMINAL);
    assert.match(text, /^not tried/m);
    assert.doesNotMatch(text, /missed/i);
    assert.match(proofText({ ...whole, matrix: [open] }, TERMINAL), /^MISSED/m);
  });

  it('says nothing of forgeries where none was tried', () => {
    assert.doesNotMatch(proofText(proofOf(), TERMINAL), /forger/);
    assert.equal(proofExitCode(proofOf()), 0);
  });
});
