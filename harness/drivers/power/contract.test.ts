import { lcusRelay, numatoRelay } from '#codecs/serial-relay.ts';
import { describePower } from '#contracts/power.ts';
import { calm } from '#contracts/rigs.ts';
import type { PowerControl } from '#core/capabilities.ts';
import type { Clock } from '#core/clock.ts';
import type { Instrument } from '#drivers/instrument.ts';
import {
  lcusDevice,
  type Load,
  numatoDevice,
  ppk2Device,
  rigPoweredBy,
  scpiDevice,
  wire,
} from '#drivers/power/instruments.fixture.ts';
import { manualPower } from '#drivers/power/manual.ts';
import { ppk2 } from '#drivers/power/ppk2.ts';
import { scpiPower } from '#drivers/power/scpi.ts';
import { serialRelay } from '#drivers/power/serial-relay.ts';
import { VirtualUart } from '#virtual/uart.ts';

/** Instruments by name, each with the board that it powers. */
const PLUGS: Readonly<Record<string, (load: Load, clock: Clock) => Instrument<PowerControl>>> = {
  'by hand': (load) =>
    manualPower((request) => {
      if (request.startsWith('Disconnect')) load.powerOff();
      else {
        if (request.startsWith('Press')) load.powerOff();
        load.powerOn();
      }
      return Promise.resolve();
    }, 'the twin'),
  PPK2: (load, clock) => {
    const uart = new VirtualUart('kit', clock);
    ppk2Device(uart, load);
    return ppk2({ link: wire(uart), millivolts: 3000 });
  },
  'SCPI supply': (load, clock) => {
    const uart = new VirtualUart('supply', clock);
    scpiDevice(uart, load, clock);
    return scpiPower({ link: wire(uart), millivolts: 3000, milliamps: 500 });
  },
  'LCUS relay': (load, clock) => {
    const uart = new VirtualUart('relay', clock);
    lcusDevice(uart, load);
    return serialRelay({ link: wire(uart), protocol: lcusRelay() });
  },
  'Numato relay': (load, clock) => {
    const uart = new VirtualUart('relay', clock);
    numatoDevice(uart, load);
    return serialRelay({ link: wire(uart), protocol: numatoRelay() });
  },
};

for (const [name, plug] of Object.entries(PLUGS)) {
  describePower(`board powered by ${name}`, () => rigPoweredBy(plug, calm()));
}
