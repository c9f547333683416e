import type { BoardFacts } from '#core/board.ts';
import type { ServedBoard, ServeOptions } from '#core/rig.ts';
import { deviceTopics } from '#codecs/device-command.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { serveChannel } from '#drivers/channel/serve-channel.ts';
import { Tcp } from '#drivers/channel/tcp.ts';
import { RealClock } from '#drivers/clock.ts';
import { EspDevice } from '#virtual/esp-device.ts';
import { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { ESP_SHAPE, provisionedContent } from '#virtual/esp-idf/provision.ts';
import { Storage } from '#virtual/storage.ts';
import { VirtualUart } from '#virtual/uart.ts';
import { encryptionOf } from './encryption.ts';
import { goldenSetup } from './golden.ts';
import { openNetwork } from './network.ts';
import type { EspProfile } from './profile.ts';
import { trust } from './update-server.ts';

/** Runs a twin in real time with a broker of its own, for programs outside Assay. */
export async function serveEsp32(
  { facts, profile, flaws }: { facts: BoardFacts; profile: EspProfile; flaws: ReadonlySet<string> },
  options: ServeOptions,
): Promise<ServedBoard> {
  options.signal.throwIfAborted();
  const clock = new RealClock();
  const tcp = new Tcp();
  const network = await openNetwork({ tcp, clock });
  const closing = [() => network.close()];
  const close = async () => {
    for (const end of closing.splice(0).toReversed()) await end();
  };
  try {
    const uart = new VirtualUart('virtual uart0', clock);
    const storage = new Storage(ESP_SHAPE);
    storage.load(provisionedContent(goldenSetup(profile, flaws)));
    const device = new EspDevice({
      chip: new EspChip(storage, { ...profile, flashEncryption: encryptionOf(profile), flaws }),
      uart,
      clock,
      network: tcp,
      flaws,
      deviceId: facts.id,
      broker: network.front.address,
      trust,
      watchdogMs: facts.protections.watchdogMs,
    });
    const hub = new ConsoleHub(uart.host, clock);
    closing.push(() => hub.close());
    const console = await serveChannel(hub.tap(), options.console);
    closing.push(() => console.close());
    device.setLines({ dtr: options.download === true });
    device.powerOn();
    closing.push(() => Promise.resolve(void device.powerOff()));
    await clock.sleep(BUTTON_MS, options.signal);
    device.setLines({ dtr: false });
    return {
      endpoints: endpointsOf(facts.id, console.where, options, network.broker.address),
      onConsole: (listener) => hub.onLine(listener),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Longer than EN takes to rise, when the chip looks at the boot button. */
const BUTTON_MS = 20;

function hintOf({ console: place, download }: ServeOptions, where: string): string {
  if (download !== true) return place.kind === 'pty' ? `picocom -b 115200 ${where}` : `socat - TCP:${where}`;
  const port = place.kind === 'pty' ? where : `socket://${where}`;
  return `esptool --port ${port} --before no-reset --after no-reset flash-id`;
}

function endpointsOf(
  id: string,
  console: string,
  options: ServeOptions,
  broker: { readonly host: string; readonly port: number },
): ServedBoard['endpoints'] {
  const { notice } = deviceTopics(id);
  return [
    {
      what: options.download === true ? 'serial loader, 115200 baud' : 'console, 115200 baud',
      where: console,
      hint: hintOf(options, console),
    },
    {
      what: `MQTT broker that the board is connected to; updates are announced on ${notice}, fetched over HTTP`,
      where: `${broker.host}:${broker.port}`,
      hint: `mosquitto_sub -h ${broker.host} -p ${broker.port} -v -t 'assay/${id}/#'`,
    },
  ];
}
