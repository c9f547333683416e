import assert from 'node:assert/strict';
import type { CallOptions } from '#core/capabilities.ts';
import type { AirCapture, RawLink, RawRadio } from '#core/raw-radio.ts';
import { calm, Enough } from '#contracts/rigs.ts';
import { skipBecause } from '#contracts/skip.ts';

/** A raw radio with a sound device in reach. */
export interface RawBench {
  readonly radio: RawRadio;
  /** Address of the device, lowest byte first. */
  readonly peer: Uint8Array;
  /** A sound connection request to it. */
  readonly request: Uint8Array;
  /** A PDU that a sound device answers, and how to tell the answer. */
  readonly question: Uint8Array;
  readonly isAnswer: (pdu: Uint8Array) => boolean;
  /** Waits as long as answers and supervision timeouts take. */
  readonly settle: () => Promise<void>;
}

/** What every raw back end must do. */
export function describeRawRadio(name: string, open: () => Promise<RawBench>): void {
  const connected = async (bench: RawBench, call: CallOptions = calm()): Promise<RawLink> => {
    const link = await bench.radio.connect(bench.request, call);
    assert.ok(link !== null, 'no link');
    return link;
  };

  describe(`${name}: raw radio`, () => {
    it('hears who is there, and nobody else', async () => {
      const { radio, peer } = await open();
      assert.equal(await radio.hears(peer, calm()), true);
      const nobody = peer.map((byte) => byte ^ 0x15);
      assert.equal(await radio.hears(nobody, { ...calm(), deadlineMs: 100 }), false);
      await radio.close();
    });

    it('connects, sends PDUs as they are, and hands on the answers', async () => {
      const bench = await open();
      const packets: AirCapture[] = [];
      bench.radio.onPacket((packet) => packets.push(packet));
      const link = await connected(bench);
      const heard: Uint8Array[] = [];
      link.listen((pdu) => heard.push(pdu));
      link.send(bench.question);
      await bench.settle();
      assert.ok(heard.some(bench.isAnswer), 'no answer');
      const ours = packets.filter(({ isOurs }) => isOurs).map(({ pdu }) => pdu);
      assert.ok(
        ours.some((pdu) => Buffer.from(pdu).equals(bench.question)),
        'the PDU is not in the capture',
      );
      assert.ok(
        packets.some(({ isOurs }) => !isOurs),
        'no PDU of the peer in the capture',
      );
      const times = packets.map(({ atUs }) => atUs);
      assert.deepEqual(
        times,
        times.toSorted((left, right) => left - right),
      );
      await bench.radio.close();
    });

    it('a header that lies stays a lie', async function () {
      const bench = await open();
      if (!bench.radio.can.has('header-as-told')) skipBecause(this, 'this radio writes headers itself');
      const packets: AirCapture[] = [];
      bench.radio.onPacket((packet) => packets.push(packet));
      const lie = Uint8Array.of(0x00, 200, 1, 2, 3);
      const link = await connected(bench);
      link.send(lie);
      await bench.settle();
      assert.ok(packets.some(({ pdu, isOurs }) => isOurs && Buffer.from(pdu).equals(lie)));
      await bench.radio.close();
    });

    it('a link that is dropped is over, and the device comes back', async () => {
      const bench = await open();
      const link = await connected(bench);
      assert.equal(link.end, null);
      link.drop();
      link.drop();
      assert.equal(link.end, 'by-us');
      link.send(bench.question);
      await bench.settle();
      assert.equal(await bench.radio.hears(bench.peer, calm()), true);
      await bench.radio.close();
    });

    it('a request to nobody gives no link, a signal its own reason', async () => {
      const bench = await open();
      const nobody = bench.request.map((byte, at) => (at >= 6 && at < 12 ? byte ^ 0x15 : byte));
      assert.equal(await bench.radio.connect(nobody, { ...calm(), deadlineMs: 100 }), null);
      const signal = AbortSignal.abort(new Enough());
      await assert.rejects(bench.radio.connect(bench.request, { signal }), Enough);
      await bench.radio.close();
    });
  });
}
