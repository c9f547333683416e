import type { ServedBoard, ServeOptions } from '#core/rig.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { serveChannel } from '#drivers/channel/serve-channel.ts';
import { serveDatagrams } from '#drivers/channel/serve-datagrams.ts';
import { RealClock } from '#drivers/clock.ts';
import { VirtualDatagrams } from '#virtual/datagrams.ts';
import type { McubootProfile } from '#virtual/mcuboot/profile.ts';
import { managementStore } from '#virtual/smp-management.ts';
import { Twin } from './twin.ts';

/** Runs a twin in real time, as a development build with every management group, for programs outside Assay. */
export async function serveTwin(
  profile: McubootProfile,
  flaws: ReadonlySet<string>,
  options: ServeOptions,
): Promise<ServedBoard> {
  options.signal.throwIfAborted();
  const clock = new RealClock();
  const datagrams = new VirtualDatagrams();
  const twin = new Twin(clock, flaws, profile, { management: managementStore(), datagrams });
  const hub = new ConsoleHub(twin.uart.host, clock);
  const console = await serveChannel(hub.tap(), options.console);
  const closing = [() => console.close(), () => hub.close()];
  const { udpPort } = options;
  try {
    const udp =
      udpPort === undefined
        ? null
        : await serveDatagrams(udpPort, (packet, answer) => datagrams.deliver(packet, answer));
    if (udp !== null) closing.push(() => udp.close());
    twin.device.powerOn();
    const isPty = options.console.kind === 'pty';
    const hint = isPty ? `smpmgr --port ${console.where} image state-read` : `socat - TCP:${console.where}`;
    return {
      endpoints: [
        { what: 'console and SMP, 115200 baud', where: console.where, hint },
        ...(udp === null
          ? []
          : [
              {
                what: 'SMP over UDP',
                where: `127.0.0.1:${udp.port}`,
                hint:
                  udp.port === 1337 ? 'smpmgr --ip 127.0.0.1 image state-read' : 'take port 1337 for smpmgr',
              },
            ]),
      ],
      onConsole: (listener) => hub.onLine(listener),
      close: async () => {
        twin.device.powerOff();
        for (const close of closing.toReversed()) await close();
      },
    };
  } catch (error) {
    for (const close of closing.toReversed()) await close();
    throw error;
  }
}
