import assert from 'node:assert/strict';
import {
  decodeDfuResponse,
  DFU_OBJECT,
  DFU_OP,
  DFU_SERIAL_MTU,
  dfuPieceLength,
  dfuWords,
  encodeDfuRequest,
} from '#codecs/dfu-transport.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { parseDfuPackage } from '#codecs/dfu-package.ts';
import { encodeSlip, SlipDecoder } from '#codecs/slip.ts';
import { fieldChip, somePackage } from '#drivers/peers/dfu/board.ts';
import { rng } from '#fuzz/rng.ts';
import { DfuSerialTarget } from '#virtual/nordic-dfu/serial-target.ts';

function board() {
  const decoder = new SlipDecoder(64);
  let said: string[] = [];
  const target = new DfuSerialTarget({
    chip: fieldChip(),
    send: (bytes) =>
      said.push(
        ...decoder
          .push(bytes)
          .flatMap((item) => (item.kind === 'frame' ? [Buffer.from(item.frame).toString('hex')] : [])),
      ),
  });
  const ask = (op: number, ...payload: readonly number[]) => {
    said = [];
    target.receive(encodeSlip(encodeDfuRequest(op, Uint8Array.from(payload)), { leading: false }));
    return said.join(' ');
  };
  return { target, ask };
}

function initPacket(): readonly number[] {
  const parsed = parseDfuPackage(somePackage(9000, 1));
  return isDfuDefect(parsed) ? [] : [...(parsed.images[0]?.dat ?? [])];
}

/** Sends the init packet in pieces and executes it. */
function begin(ask: ReturnType<typeof board>['ask']): string {
  const init = initPacket();
  ask(DFU_OP.create, DFU_OBJECT.command, ...dfuWords(init.length));
  const most = dfuPieceLength(DFU_SERIAL_MTU);
  for (let at = 0; at < init.length; at += most) ask(DFU_OP.write, ...init.slice(at, at + most));
  return ask(DFU_OP.execute);
}

describe('virtual/nordic-dfu serial target', () => {
  it('answers what a serial boot loader answers, and says which requests it does not know', () => {
    const { ask } = board();
    assert.equal(ask(DFU_OP.ping, 7), '60090107');
    assert.equal(ask(DFU_OP.mtu), '6007018300');
    assert.equal(ask(DFU_OP.protocolVersion), '60000101');
    assert.equal(ask(DFU_OP.select, DFU_OBJECT.command), '600601000200000000000000000000');
    assert.equal(ask(DFU_OP.select, 9), '600605');
    assert.equal(ask(0x55), '605502');
  });

  it('keeps to the order of objects and to their sizes', () => {
    const { ask } = board();
    assert.equal(ask(DFU_OP.create, DFU_OBJECT.data, ...dfuWords(4096)), '600108', 'no init packet yet');
    assert.equal(ask(DFU_OP.create, DFU_OBJECT.command, ...dfuWords(513)), '600104');
    assert.equal(ask(DFU_OP.create, DFU_OBJECT.command, ...dfuWords(0)), '600103');
    assert.equal(begin(ask), '600401');
    for (const [size, result] of [
      [0, '03'],
      [4095, '03'],
      [8192, '04'],
      [4096, '01'],
    ] as const) {
      assert.equal(ask(DFU_OP.create, DFU_OBJECT.data, ...dfuWords(size)), `6001${result}`, String(size));
    }
    assert.equal(ask(DFU_OP.execute), '600408', 'nothing was written');
    const past = Array.from({ length: 64 }, () => ask(DFU_OP.write, ...new Uint8Array(64)));
    assert.deepEqual(new Set(past), new Set(['']));
    assert.equal(ask(DFU_OP.write, 0), '600803');
  });

  it('tells how far it has come after as many packets as it was asked to', () => {
    const { ask } = board();
    ask(DFU_OP.setReceipts, 2, 0);
    ask(DFU_OP.create, DFU_OBJECT.command, ...dfuWords(100));
    assert.equal(ask(DFU_OP.write, 0x31), '');
    assert.equal(ask(DFU_OP.write, 0x32, 0x33), '60030103000000d2634888', 'the CRC-32 of 123');
  });

  it('takes anything that a host may send without breaking', () => {
    const random = rng(5, 'hostile dfu host');
    for (let life = 0; life < 20; life++) {
      const { target, ask } = board();
      if (life % 2 === 0) begin(ask);
      for (let i = 0; i < 60; i++) {
        const payload =
          random.below(2) === 0
            ? dfuWords(random.pick([0, 1, 4096, 0xffff_ffff]))
            : random.bytes(random.below(70));
        ask(random.below(14), ...(random.below(2) === 0 ? [1 + random.below(2)] : []), ...payload);
        target.receive(random.bytes(random.below(20)));
      }
      target.receive(Uint8Array.of(0xc0));
      const answer = ask(DFU_OP.ping, 3).split(' ').at(-1) ?? '';
      assert.equal(decodeDfuResponse(Buffer.from(answer, 'hex'))?.op, DFU_OP.ping);
    }
  }).timeout(20_000);
});
