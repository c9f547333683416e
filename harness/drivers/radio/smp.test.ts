import assert from 'node:assert/strict';
import { calm } from '#contracts/rigs.ts';
import type { Identity } from '#core/capabilities.ts';
import type { SmpMessage } from '#codecs/smp.ts';
import type { ConsoleHub } from '#drivers/channel/console.ts';
import type { SmpClient } from '#drivers/channel/smp-client.ts';
import { SmpRadio } from '#drivers/radio/smp.ts';
import { SimClock } from '#virtual/sim-clock.ts';

/** A radio whose server gives these texts back, one echo after the other; null: the right one. */
function radioWith(...texts: readonly (string | null)[]) {
  const link = { onBytes: () => undefined, onWritten: () => undefined, tail: () => '' };
  let asked = 0;
  const ask = (_command: unknown, [[, said]]: [[string, string]]) => {
    const text = texts[Math.min(asked, texts.length - 1)];
    asked += 1;
    return Promise.resolve({
      map: new Map([['r', text ?? said]]),
      trailing: new Uint8Array(),
    } as unknown as SmpMessage);
  };
  const client = { clock: new SimClock(), link, ask } as unknown as SmpClient<ConsoleHub>;
  const identity = { boots: () => [] } as unknown as Identity;
  return { radio: new SmpRadio(client, identity), asked: () => asked };
}

describe('drivers/radio/smp', () => {
  it('takes another text once or twice for a late answer to what was injected', async () => {
    for (const texts of [
      ['', null],
      ['', '', null],
    ]) {
      const { radio, asked } = radioWith(...texts);
      assert.equal((await radio.alive('smp', calm())).alive, true);
      assert.equal(asked(), texts.length);
    }
  });

  it('holds it against the server where it goes on', async () => {
    const { radio, asked } = radioWith('other');
    const seen = await radio.alive('smp', calm());
    assert.deepEqual([seen.alive, seen.oracle, asked()], [false, 'wrong-answer', 3]);
  });
});
