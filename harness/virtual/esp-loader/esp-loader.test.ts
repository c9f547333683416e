import assert from 'node:assert/strict';
import {
  decodeEspResponse,
  encodeEspRequest,
  ESP_FRAME_LIMIT,
  ESP_OP,
  espBlock,
  espCommand,
  type EspRequest,
  type EspResponse,
  espSync,
} from '#codecs/esp-loader.ts';
import { encodeSlip, SlipDecoder } from '#codecs/slip.ts';
import { rng } from '#fuzz/rng.ts';
import { ESP32, ESP32S3, type ChipModel } from '#virtual/esp-idf/chip-models.ts';
import { ESP_SHAPE } from '#virtual/esp-idf/provision.ts';
import { EspLoader } from '#virtual/esp-loader/esp-loader.ts';
import { Storage } from '#virtual/storage.ts';

/** A loader, and what it answers to a request. */
function board(model: ChipModel = ESP32, options: { readonly secureDownload?: boolean } = {}) {
  const storage = new Storage(ESP_SHAPE);
  const decoder = new SlipDecoder(ESP_FRAME_LIMIT);
  let said: Uint8Array[] = [];
  const loader = new EspLoader({
    model,
    storage,
    ...options,
    send: (bytes) =>
      said.push(...decoder.push(bytes).flatMap((item) => (item.kind === 'frame' ? [item.frame] : []))),
  });
  const frames = (request: EspRequest) => {
    said = [];
    loader.receive(encodeSlip(encodeEspRequest(request)));
    return said;
  };
  const ask = (request: EspRequest): EspResponse | null =>
    decodeEspResponse(frames(request)[0] ?? new Uint8Array());
  return { storage, loader, frames, ask };
}

/** Starts the stub: any code in RAM does. */
function withStub(model: ChipModel = ESP32) {
  const parts = board(model);
  parts.ask(espCommand(ESP_OP.memBegin, 4, 1, 0x1800, 0x4008_0000));
  parts.ask(espBlock(ESP_OP.memData, 0, Uint8Array.of(1, 2, 3, 4)));
  const frames = parts.frames(espCommand(ESP_OP.memEnd, 0, 0x4008_0000));
  assert.equal(Buffer.from(frames[1] ?? []).toString('latin1'), 'OHAI');
  return parts;
}

const status = (response: EspResponse | null) =>
  Buffer.from(response?.body.subarray(0, 2) ?? []).toString('hex');

describe('virtual/esp-loader', () => {
  it('answers SYNC eight times, the stub with a value of 0', () => {
    assert.equal(board().frames(espSync()).length, 8);
    assert.equal(board().ask(espSync())?.value, 0x20120707);
    assert.equal(withStub().ask(espSync())?.value, 0);
  });

  it('starts no stub from RAM that was not filled', () => {
    const { ask, loader } = board();
    ask(espCommand(ESP_OP.memBegin, 8, 1, 0x1800, 0x4008_0000));
    ask(espBlock(ESP_OP.memData, 0, new Uint8Array(4)));
    assert.equal(status(ask(espCommand(ESP_OP.memEnd, 0, 0x4008_0000))), '0106');
    assert.equal(loader.isStub, false);
  });

  it('tells a failed block of the stub with the next command, which is not carried out', () => {
    const { ask, storage } = withStub();
    ask(espCommand(ESP_OP.deflBegin, 4096, 1, 0x4000, 0x1000, 0));
    assert.equal(status(ask(espBlock(ESP_OP.deflData, 0, Uint8Array.of(0x78, 0x9c, 0xff, 0xff)))), '0000');
    storage.write(0, new Uint8Array(4096));
    assert.equal(status(ask(espCommand(ESP_OP.eraseRegion, 0, 0x1000))), 'c700');
    assert.equal(storage.bytes[0], 0);
  });

  it('refuses wrong checksums, lengths, sectors and addresses in the words of either loader', () => {
    const rom = board();
    const stub = withStub();
    const bad = { ...espBlock(ESP_OP.memData, 0, Uint8Array.of(1)), checksum: 0 };
    assert.deepEqual([status(rom.ask(bad)), status(stub.ask(bad))], ['0107', 'c100']);
    const short = espCommand(ESP_OP.flashMd5, 1);
    assert.deepEqual([status(rom.ask(short)), status(stub.ask(short))], ['0105', 'c000']);
    assert.equal(status(stub.ask(espCommand(ESP_OP.eraseRegion, 0x10, 0x1000))), 'c000');
    assert.equal(status(stub.ask(espCommand(ESP_OP.eraseRegion, 0x40_0000, 0x1000))), 'c400');
    const begin = espCommand(ESP_OP.flashBegin, 0x1000, 4, 0x400, 0x30_0000);
    assert.equal(status(rom.ask(begin)), '0106', 'the ROM takes the flash chip for one of 2 MiB');
    rom.ask(espCommand(ESP_OP.spiAttach, 0, 0));
    rom.ask(espCommand(ESP_OP.spiSetParams, 0, 0x40_0000, 0x10000, 0x1000, 0x100, 0xffff));
    assert.equal(status(rom.ask(begin)), '0000');
  });

  it('leaves in Secure Download Mode nothing that reads or runs code', () => {
    const { ask, frames } = board(ESP32S3, { secureDownload: true });
    assert.equal(frames(espSync()).length, 8);
    for (const request of [
      espCommand(ESP_OP.readReg, 0x40001000),
      espCommand(ESP_OP.memBegin, 4, 1, 0x1800, 0x40370000),
      espCommand(ESP_OP.flashMd5, 0, 16, 0, 0),
      espCommand(ESP_OP.readFlashSlow, 0, 16),
    ]) {
      assert.equal(status(ask(request)), '0105');
    }
  });

  it('takes anything that a host may send without breaking', () => {
    const random = rng(5, 'hostile host');
    const ops = Object.values(ESP_OP);
    for (let life = 0; life < 40; life++) {
      const { loader, frames } = life % 2 === 0 ? board(life % 4 === 0 ? ESP32 : ESP32S3) : withStub();
      for (let i = 0; i < 60; i++) {
        const words = Array.from({ length: random.below(7) }, () =>
          random.pick([0, 1, 16, 0x1000, 0x1800, 0x3f_f000, 0x40_0000, 0xffff_ffff, random.below(2 ** 32)]),
        );
        const op = ops[random.below(ops.length)] ?? ESP_OP.sync;
        const request =
          random.below(4) === 0 ? espBlock(op, i, random.bytes(random.below(300))) : espCommand(op, ...words);
        // The whole chip takes long to erase, and says nothing new.
        if (op !== ESP_OP.eraseFlash) frames(request);
        if (random.below(5) === 0) loader.receive(random.bytes(random.below(100)));
      }
      loader.reset();
      assert.equal(frames(espSync()).length, 8);
      assert.equal(loader.isStub, false);
    }
  }).timeout(20_000);
});
