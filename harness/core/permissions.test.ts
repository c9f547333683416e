import assert from 'node:assert/strict';
import { demandPermission, IRREVERSIBLE, NO_PERMISSIONS } from '#core/permissions.ts';

describe('core/permissions', () => {
  for (const deed of IRREVERSIBLE) {
    it(`${deed}: refused unless the bench file names it`, () => {
      const others = IRREVERSIBLE.filter((other) => other !== deed);
      const refusal = { name: 'UsageError', code: 'not-permitted', remedy: new RegExp(`'${deed}'`) };
      assert.throws(() => demandPermission(NO_PERMISSIONS, deed, 'erasing the chip'), refusal);
      assert.throws(() => demandPermission(others, deed, 'erasing the chip'), refusal);
      assert.doesNotThrow(() => demandPermission([deed], deed, 'erasing the chip'));
    });
  }

  it('says what would have happened, and what is allowed', () => {
    assert.throws(() => demandPermission(['mass-erase'], 'burn-fuses', 'burning eFuse BLOCK0'), {
      message: /^burning eFuse BLOCK0/,
      got: 'mass-erase',
    });
  });
});
