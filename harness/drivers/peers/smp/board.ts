import { serveChannel } from '#drivers/channel/serve-channel.ts';
import { serveDatagrams } from '#drivers/channel/serve-datagrams.ts';
import { RealClock } from '#drivers/clock.ts';
import { VirtualDatagrams } from '#virtual/datagrams.ts';
import { referenceChip, referenceImage } from '#virtual/mcuboot/reference.ts';
import { NrfDevice } from '#virtual/nrf-device.ts';
import { managementStore } from '#virtual/smp-management.ts';
import { VirtualUart } from '#virtual/uart.ts';

/** A virtual board in real time, for other people's clients. */
export interface PeerBoard {
  /** Its terminal, and its UDP port. */
  readonly terminal: string;
  readonly udpPort: number;
  close(): Promise<void>;
}

/** Fast enough that a sweep is about the protocol: a UART of 1 Mbaud, flash without its waits. */
const BAUD_RATE = 1_000_000;
const TIMES = { erasePage: 1, writeWord: 0.001, burnFuse: 0.01 };

/** Payload of the update that peers upload: 200 KiB. */
const PAYLOAD = 200 * 1024;

/** The update: newer than what runs, and accepted by the boot loader. */
export function peerImage(): Uint8Array {
  return referenceImage({ version: '1.3.0', size: PAYLOAD });
}

/** Starts the board. BenchError `no-socat` where there is no terminal to be had. */
export async function openPeerBoard(): Promise<PeerBoard> {
  const clock = new RealClock();
  const uart = new VirtualUart('virtual uart0', clock, BAUD_RATE);
  const datagrams = new VirtualDatagrams();
  const device = new NrfDevice({
    silicon: referenceChip(),
    uart,
    clock,
    flaws: new Set(),
    watchdogMs: 4000,
    bootMode: 3,
    noDowngrade: true,
    datagrams,
    management: managementStore(),
    times: TIMES,
  });
  const served = await serveChannel(uart.host, { kind: 'pty' });
  const udp = await serveDatagrams(0, (packet, answer) => datagrams.deliver(packet, answer));
  device.powerOn();
  return {
    terminal: served.where,
    udpPort: udp.port,
    close: async () => {
      device.powerOff();
      await udp.close();
      await served.close();
      await uart.host.close();
    },
  };
}
