import assert from 'node:assert/strict';
import { calm, prepared } from '#contracts/rigs.ts';
import type { Channel, FlashProbe, PowerControl } from '#core/capabilities.ts';
import type { Instrument } from '#drivers/instrument.ts';
import { firmwareFlaws } from '../microbit/firmware/flaws.ts';
import { nrf52840DkReference } from './reference.ts';

/** Plugs that nothing is behind: planning needs no hardware. */
function unplugged<T>(description: string): Instrument<T> {
  return { description, open: () => Promise.reject(new Error(`${description} was opened`)) };
}

const entry = nrf52840DkReference({
  channel: unplugged<Channel>('uart'),
  power: unplugged<PowerControl>('hub'),
  probe: unplugged<FlashProbe>('probe'),
});

describe('boards/nrf52840-dk/reference', () => {
  it('is a real board that can be built with every mistake of the firmware, and has a watchdog', () => {
    assert.deepEqual([entry.kind, entry.facts.protections.watchdogMs], ['board', 4000]);
    assert.deepEqual(
      entry.flaws.map(({ id }) => id),
      firmwareFlaws.map(({ flaw }) => flaw.id),
    );
    assert.equal(entry.built?.(['smp/echo-overflow']).facts.id, entry.facts.id);
  });

  it('lies within its flash, boot loader to counter, and gives room for a larger image', () => {
    const { areas, flash, firmware } = entry.facts;
    let end = 0;
    for (const { offset, size } of areas) {
      assert.equal(offset, end);
      end = offset + size;
    }
    assert.ok(end <= flash.size);
    assert.equal(firmware.maxImageSize, 14 * flash.page);
  });

  it('refuses a mistake that it does not know, and two at once', () => {
    const broken = ['no/such-flaw'];
    assert.throws(() => entry.built?.(broken), { name: 'UsageError', code: 'unknown-flaw' });
    const two = ['smp/echo-overflow', 'smp/cbor-depth'];
    assert.throws(() => entry.built?.(two), { name: 'UsageError', code: 'unknown-flaw' });
  });

  it('says what is missing before any instrument is opened, where the firmware was not built', async () => {
    const opening = prepared(() => entry.open(calm()), 'power');
    await assert.rejects(opening, (error: Error) => /firmware|uart was opened/.test(error.message));
  });
});
