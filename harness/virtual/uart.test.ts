import assert from 'node:assert/strict';
import { calm, Enough } from '#contracts/rigs.ts';
import { RealClock } from '#drivers/clock.ts';
import { SimClock } from '#virtual/sim-clock.ts';
import { VirtualUart } from '#virtual/uart.ts';

describe('virtual UART', () => {
  it('keeps the order of what is written at once, and takes the time of all of it', async () => {
    const clock = new SimClock();
    const uart = new VirtualUart('uart', clock, 9600);
    let heard = '';
    uart.listen((bytes) => (heard += Buffer.from(bytes).toString()));
    const writes = ['a'.repeat(50), 'b', 'c'.repeat(45)].map((text) =>
      uart.host.write(Buffer.from(text), calm()),
    );
    const given = uart.host.write(Buffer.from('never'), { signal: AbortSignal.abort(new Enough()) });
    await assert.rejects(given, Enough);
    await Promise.all(writes);
    assert.equal(heard, `${'a'.repeat(50)}b${'c'.repeat(45)}`);
    assert.ok(clock.now() >= 100, String(clock.now()));
    await uart.host.close();
  });

  it('keeps the order in real time, where timers of one millisecond do not', async () => {
    const uart = new VirtualUart('uart', new RealClock(), 10_000_000);
    const numbers = Array.from({ length: 400 }, (_, index) => index & 0xff);
    const up: number[] = [];
    const down: number[] = [];
    uart.listen((bytes) => void up.push(...bytes));
    const reading = (async () => {
      for await (const chunk of uart.host.incoming) down.push(...chunk);
    })();
    await Promise.all(
      numbers.map(async (number) => {
        uart.send(Uint8Array.of(number));
        await uart.host.write(Uint8Array.of(number), calm());
      }),
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 30);
    });
    await uart.host.close();
    await reading;
    assert.deepEqual([up, down], [numbers, numbers]);
  });
});
