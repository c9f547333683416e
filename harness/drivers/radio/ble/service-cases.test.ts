import assert from 'node:assert/strict';
import type { BleCase } from '#codecs/ble/attack-case.ts';
import { AttClient } from '#drivers/radio/ble/att-client.ts';
import { discoverGatt } from '#drivers/radio/ble/gatt-discovery.ts';
import { CALM, PERIPHERAL } from '#drivers/radio/ble/two-hosts.fixture.ts';
import { virtualTarget } from '#drivers/radio/ble/virtual-target.fixture.ts';
import { bleHavoc } from '#fuzz/ble-cases.ts';
import type { GrammarId } from '#fuzz/services/grammar.ts';
import { recognisedServices, serviceCases, serviceHavoc } from '#fuzz/services/recognised.ts';
import { serviceFlaws } from '#virtual/ble/ble-flaws-services.ts';

/** A virtual target, and what discovery recognises on it. */
async function recognised(...flaws: readonly string[]) {
  const target = await virtualTarget(...flaws);
  const link = await target.adapter.connect(PERIPHERAL, CALM);
  const services = recognisedServices(await discoverGatt(new AttClient(link), CALM));
  await link.disconnect(CALM);
  const casesOf = (id: string) => services.filter((one) => one.id === id).flatMap(serviceCases);
  return { ...target, services, casesOf };
}

/** How many cases it takes until an alarm; null: there was none. */
async function casesUntilAlarm(
  { runner }: Pick<Awaited<ReturnType<typeof virtualTarget>>, 'runner'>,
  cases: readonly BleCase[],
): Promise<number | null> {
  for (const [index, one] of cases.entries()) {
    const { reaction } = await runner.run(one, CALM);
    if (reaction !== 'alive') return index + 1;
  }
  return null;
}

/** One in so many of the exhaustive cases is run here. */
const EVERY = 29;

describe('services with a grammar of their own', () => {
  it('are recognised by their UUIDs', async () => {
    const { services } = await recognised();
    const ids: readonly GrammarId[] = ['mcumgr', 'blufi', 'provisioning', 'nordic-dfu'];
    assert.deepEqual(
      services.map(({ id }) => id),
      ids,
    );
    assert.deepEqual(recognisedServices([{ uuid: 'ffff', characteristics: [] }]), []);
  });

  it('raise no alarm where they are sound, case by case and at random', async () => {
    const { services, runner, peripheral } = await recognised();
    for (const service of services) {
      const some = serviceCases(service).filter((_, index) => index % EVERY === 0);
      for (const one of [...some, ...serviceHavoc(service, 1, 10)]) {
        const { reaction, what } = await runner.run(one, CALM);
        assert.equal(reaction, 'alive', `${one.name}: ${what}`);
      }
    }
    assert.equal(peripheral.boots, 1);
  });

  for (const { id, title } of serviceFlaws) {
    it(`${id}: found by the grammar, and not by as many random frames (${title})`, async () => {
      const [service = ''] = id.split('/');
      const target = await recognised(id);
      const needed = await casesUntilAlarm(target, target.casesOf(service));
      assert.ok(needed !== null, 'no alarm');
      // As many random frames, aimed at the same characteristic.
      const writable = target.services.find((one) => one.id === service)?.sessions[0]?.moves[0]?.handle ?? 0;
      const other = await virtualTarget(id);
      const generic = bleHavoc(1, { ...other.handles, writable }, needed);
      assert.equal(await casesUntilAlarm(other, generic), null);
    });
  }

  it('random cases are made by their seed and number alone', async () => {
    const { services } = await recognised();
    for (const service of services) {
      assert.deepEqual(serviceHavoc(service, 5, 20).slice(15), serviceHavoc(service, 5, 5, 15));
      assert.notDeepEqual(serviceHavoc(service, 5, 20), serviceHavoc(service, 6, 20));
    }
  });
});
