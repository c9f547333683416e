import assert from 'node:assert/strict';
import { mcubootFlaws } from '#virtual/mcuboot/flaws.ts';
import { oddCuts } from '#virtual/mcuboot/oddities-cuts.fixture.ts';
import { oddImages } from '#virtual/mcuboot/oddities-images.fixture.ts';
import { oddPeers } from '#virtual/mcuboot/oddities-peers.fixture.ts';
import { oddTrials } from '#virtual/mcuboot/oddities-trial.fixture.ts';
import type { Shown } from '#virtual/mcuboot/oddities.fixture.ts';
import { mcubootOddities } from '#virtual/mcuboot/oddities.ts';

const SHOWN: Shown = { ...oddTrials, ...oddCuts, ...oddImages, ...oddPeers };

describe('oddities of MCUboot', () => {
  for (const { id, modes, twin } of mcubootOddities) {
    if (twin !== 'shows') {
      it(`${id} is what a flaw of the twin does`, () => {
        assert.ok(mcubootFlaws.some((flaw) => flaw.id === twin));
      });
      continue;
    }
    for (const mode of modes) {
      it(`${id} shows on the twin in ${mode}`, () => (SHOWN[id] ?? assert.fail('not shown'))(mode));
    }
  }
});
