import assert from 'node:assert/strict';
import { sha256Hex } from '#core/digest.ts';
import type { UpdateProgress } from '#codecs/device-status.ts';
import type { OtaNotice } from '#codecs/ota-notice.ts';
import { AppFault } from '#virtual/app-fault.ts';
import { EspChip } from '#virtual/esp-idf/esp-chip.ts';
import { ESP_SHAPE, provisionedContent } from '#virtual/esp-idf/provision.ts';
import { EspPolicy } from '#virtual/esp-policy.ts';
import { EspUpdate } from '#virtual/esp-update.ts';
import { scriptedRuntime } from '#virtual/scripted-network.fixture.ts';
import { PowerLost, Storage } from '#virtual/storage.ts';
import { buildImage, PRODUCT } from '../../boards/esp32-devkitc/firmware.ts';
import { golden, goldenSetup } from '../../boards/esp32-devkitc/golden.ts';
import { PLAIN } from '../../boards/esp32-devkitc/profile.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const newer = buildImage({ version: '1.3.0' });
const content = provisionedContent(goldenSetup(PLAIN));

function noticeOf(bytes: Uint8Array, changes: Partial<OtaNotice> = {}): OtaNotice {
  const sha256 = sha256Hex(bytes);
  return {
    url: 'http://10.0.0.1/fw',
    size: bytes.length,
    version: '1.3.0',
    project: PRODUCT,
    sha256,
    ...changes,
  };
}

/** A board that runs its golden image and has just read this notice. */
function updating(notice: OtaNotice, ...flaws: string[]) {
  const script = scriptedRuntime(...flaws);
  const storage = new Storage(ESP_SHAPE);
  storage.load(content);
  const chip = new EspChip(storage, { flaws: new Set(flaws) });
  const { app } = chip.boot();
  assert.ok(app !== null);
  const ota = chip.ota(app);
  const running = ota.describe(ota.running);
  assert.ok(running !== null);
  const progress: UpdateProgress[] = [];
  let ends = 0;
  const update = new EspUpdate({
    trust: null,
    runtime: script.runtime,
    ota,
    policy: new EspPolicy(chip.traits, running),
    notice,
    onProgress: (step) => progress.push(step),
    onEnd: () => (ends += 1),
  });
  const outcome = () => {
    const last = progress.at(-1);
    if (last?.state === 'refused') return `${last.step}: ${last.reason}`;
    return last?.state ?? 'nothing';
  };
  return { ...script, chip, storage, ota, update, progress, outcome, ends: () => ends };
}

/** Serves bytes as the answer, in pieces of an odd size. */
function serve(board: ReturnType<typeof updating>, head: string, body: Uint8Array): void {
  const peer = board.network.last;
  peer.events.opened();
  peer.send(head);
  for (let at = 0; at < body.length; at += 1461) peer.send(body.subarray(at, at + 1461));
  if (peer.ended === null) peer.events.closed(null);
}

function length(bytes: Uint8Array): string {
  return `${OK}Content-Length: ${bytes.length}\r\n\r\n`;
}

describe('update of the virtual ESP32', () => {
  it('writes what arrives, in blocks of 4 KiB whatever the network does, and selects it', () => {
    const traces = [`${OK}\r\n`, length(newer.bytes)].map((head) => {
      const board = updating(noticeOf(newer.bytes));
      const trace: string[] = [];
      board.storage.onOperation = ({ kind, address }) => trace.push(`${kind} ${address}`);
      board.update.start();
      serve(board, head, newer.bytes);
      assert.deepEqual([board.outcome(), board.ends()], ['ready', 1]);
      assert.equal(board.chip.boot().app?.identity, newer.identity);
      return trace;
    });
    assert.deepEqual(traces[0], traces[1]);
    assert.ok((traces[0]?.length ?? 0) > newer.bytes.length / 4096);
  });

  it('refuses with step and reason, and the golden image stays selected', () => {
    const { bytes } = newer;
    const damaged = bytes.slice();
    damaged[5000] = (damaged[5000] ?? 0) ^ 1;
    const other = buildImage({ version: '1.3.0', product: 'other' }).bytes;
    const lower = buildImage({ version: '1.3.0', securityCounter: 1 }).bytes;
    const cases: [RegExp, OtaNotice, string, Uint8Array][] = [
      [/^download: http-closed-early/, noticeOf(bytes), length(bytes), bytes.subarray(0, 3000)],
      [
        /^write: http-closed-early/,
        noticeOf(bytes),
        `${OK}Content-Length: 60000\r\n\r\n`,
        bytes.subarray(0, 9000),
      ],
      [/^write: Connection closed before/, noticeOf(bytes), `${OK}\r\n`, bytes.subarray(0, 9000)],
      [/^download: http-length-limit/, noticeOf(bytes, { size: 8192 }), length(bytes), bytes],
      [/^write: http-body-limit/, noticeOf(bytes, { size: 8192 }), `${OK}\r\n`, bytes],
      [/^download: status 404/, noticeOf(bytes), 'HTTP/1.1 404 No\r\n\r\n', bytes],
      [/^download: Complete headers/, noticeOf(bytes.subarray(0, 200)), `${OK}\r\n`, bytes.subarray(0, 200)],
      [
        /^download: no application descriptor/,
        noticeOf(new Uint8Array(5000)),
        `${OK}\r\n`,
        new Uint8Array(5000),
      ],
      [/^download: image and notice/, noticeOf(bytes, { version: '1.3.1' }), length(bytes), bytes],
      [/^download: Project Name mismatch/, noticeOf(other), length(other), other],
      [/^download: .* security version/, noticeOf(lower), length(lower), lower],
      [/^verify: digest/, noticeOf(bytes, { sha256: '0'.repeat(64) }), length(bytes), bytes],
      [/^verify: ESP_ERR_OTA_VALIDATE_FAILED/, noticeOf(damaged), length(damaged), damaged],
    ];
    for (const [outcome, notice, head, body] of cases) {
      const board = updating(notice);
      board.update.start();
      serve(board, head, body);
      assert.match(board.outcome(), outcome);
      assert.equal(board.ends(), 1);
      assert.equal(board.chip.boot().app?.identity, golden.identity);
    }
  });

  it('does not even fetch what the notice itself disqualifies', () => {
    const cases: [RegExp, Partial<OtaNotice>][] = [
      [/^notice: image of 1048577 bytes/, { size: 0x100001 }],
      [/^notice: version 1\.1\.9 is older than 1\.2\.0/, { version: '1.1.9' }],
      [/^notice: version latest is older/, { version: 'latest' }],
      [/^notice: Project Name mismatch/, { project: 'other' }],
    ];
    for (const [outcome, changes] of cases) {
      const board = updating(noticeOf(newer.bytes, changes));
      board.update.start();
      assert.match(board.outcome(), outcome);
      assert.deepEqual([board.network.peers.length, board.ends()], [0, 1]);
    }
  });

  it('compares versions as numbers', () => {
    const outcomes = ['1.10.0', '1.2.0', '1.2.0+7', '2.0.0', '1.02.0'].map((version) => {
      const board = updating(noticeOf(newer.bytes, { version }));
      board.update.start();
      return board.outcome();
    });
    assert.deepEqual(new Set(outcomes), new Set(['downloading']));
  });

  it('takes another update after a refusal', () => {
    const board = updating(noticeOf(newer.bytes));
    board.update.start();
    serve(board, length(newer.bytes), newer.bytes.subarray(0, 9000));
    assert.equal(board.ota.begin(4096), 0);
  });

  it('loses power in any flash operation', () => {
    const board = updating(noticeOf(newer.bytes));
    board.update.start();
    board.storage.arm({ index: 22, tear: 'half-programmed', seed: 1 });
    assert.throws(() => serve(board, length(newer.bytes), newer.bytes), PowerLost);
    assert.equal(board.chip.boot().app?.identity, golden.identity);
  });

  it('dies of a size it trusts only with the flaw', () => {
    const notice = noticeOf(newer.bytes, { size: 0x100001 });
    assert.throws(() => updating(notice, 'manifest/size-trusted').update.start(), AppFault);
  });
});
