import { serveChannel } from '#drivers/channel/serve-channel.ts';
import { RealClock } from '#drivers/clock.ts';
import { referenceChip } from '#virtual/mcuboot/reference.ts';
import { NrfDevice } from '#virtual/nrf-device.ts';
import { VirtualUart } from '#virtual/uart.ts';

/**
 * The far end of a serial line of 1 Mbaud, in a process of its own: a virtual board on a terminal, its UART letting
 * 100,000 bytes a second through either way. Flash takes next to no time, so that the line is what is measured. Prints
 * the terminal's name, and ends with its input.
 */
const clock = new RealClock();
const uart = new VirtualUart('paced line', clock, 1_000_000);
const device = new NrfDevice({
  silicon: referenceChip(),
  uart,
  clock,
  flaws: new Set(),
  watchdogMs: 4000,
  bootMode: 3,
  noDowngrade: true,
  times: { erasePage: 0.1, writeWord: 0, burnFuse: 0 },
});
const served = await serveChannel(uart.host, { kind: 'pty' });
device.powerOn();
process.stdout.write(`${served.where}\n`);
process.stdin.on('end', () => {
  device.powerOff();
  void served.close().then(() => uart.host.close());
});
process.stdin.resume();
