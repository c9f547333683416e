import { describePower } from '#contracts/power.ts';
import { calm } from '#contracts/rigs.ts';
import type { PowerControl } from '#core/capabilities.ts';
import { embeddedBroker } from '#drivers/channel/mqtt-broker.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import type { Instrument, InstrumentContext } from '#drivers/instrument.ts';
import { HurriedClock, type Load, rigPoweredBy } from '#drivers/power/instruments.fixture.ts';
import { laterGeneration, serveShelly } from '#drivers/power/shelly.fixture.ts';
import { shellyPower } from '#drivers/power/shelly.ts';
import { tasmotaPlug } from '#drivers/power/tasmota.fixture.ts';
import { tasmotaPower } from '#drivers/power/tasmota.ts';

const HURRY = 20;

/** An instrument that brings its device along, and takes it away again. */
function withDevice(
  name: string,
  open: (
    context: InstrumentContext,
  ) => Promise<readonly [PowerControl & Partial<AsyncDisposable>, () => Promise<void>]>,
): Instrument<PowerControl> {
  return {
    description: name,
    open: async (context) => {
      const [power, close] = await open(context);
      const own = power[Symbol.asyncDispose]?.bind(power);
      const release = async () => {
        await own?.();
        await close();
      };
      return Object.assign(power, { [Symbol.asyncDispose]: release });
    },
  };
}

const PLUGS: Readonly<Record<string, (load: Load) => Instrument<PowerControl>>> = {
  Shelly: (load) =>
    withDevice('Shelly', async (context) => {
      const { close, ...address } = await serveShelly(laterGeneration(load));
      return [await shellyPower(address).open(context), close];
    }),
  Tasmota: (load) =>
    withDevice('Tasmota', async (context) => {
      const broker = await embeddedBroker(new Tcp());
      const plug = await tasmotaPlug(broker.address, 'plug', load);
      const power = await tasmotaPower({ broker: broker.address, topic: 'plug' }).open(context);
      const close = async () => {
        await plug.close();
        await broker.close();
      };
      return [power, close];
    }),
};

for (const [name, plug] of Object.entries(PLUGS)) {
  describePower(`board powered by ${name}`, () =>
    rigPoweredBy(plug, calm(), { clock: new HurriedClock(HURRY) }),
  );
}
