import { decodeSmp, type SmpMessage } from '#codecs/smp.ts';
import { encodeSmpSerial, SmpSerialDecoder } from '#codecs/smp-serial.ts';
import { ConsoleHub } from '#drivers/channel/console.ts';
import { SmpClient } from '#drivers/channel/smp-client.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { VirtualUart } from '#virtual/uart.ts';

/** A console whose far end a test plays. */
export interface ConsoleBench {
  readonly clock: SimClock;
  readonly uart: VirtualUart;
  readonly hub: ConsoleHub;
  readonly client: SmpClient<ConsoleHub>;
  /** Requests that arrived, in order. */
  readonly asked: SmpMessage[];
}

/** A console and an SMP client on it; `answer` gives the packets sent back for each request. */
export function consoleBench(
  answer: (request: SmpMessage) => readonly Uint8Array[] = () => [],
): ConsoleBench {
  const clock = new SimClock();
  const uart = new VirtualUart('test console', clock);
  const hub = new ConsoleHub(uart.host, clock);
  const asked: SmpMessage[] = [];
  const decoder = new SmpSerialDecoder();
  uart.listen((bytes) => {
    for (const item of decoder.push(bytes)) {
      const result = item.kind === 'packet' ? decodeSmp(item.packet) : null;
      if (result?.ok !== true) continue;
      asked.push(result.message);
      for (const packet of answer(result.message)) uart.send(encodeSmpSerial(packet));
    }
  });
  return { clock, uart, hub, client: new SmpClient(hub, clock), asked };
}
