import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { PeerError } from '#core/errors.ts';
import {
  deviceTopics,
  encodeMessage,
  parseDeviceCommand,
  parseDeviceReply,
  type DeviceCommand,
} from '#codecs/device-command.ts';
import {
  encodeStatus,
  parseDeviceStatus,
  parseUpdateProgress,
  type DeviceStatus,
  type UpdateProgress,
} from '#codecs/device-status.ts';

const parsers = [parseDeviceCommand, parseDeviceReply, parseDeviceStatus, parseUpdateProgress];

describe('device messages', () => {
  it('have one topic each', () => {
    const topics = deviceTopics('esp32-devkitc');
    assert.equal(topics.command, 'assay/esp32-devkitc/cmd');
    assert.equal(topics.notice, 'assay/esp32-devkitc/ota');
    assert.equal(new Set(Object.values(topics)).size, 5);
  });

  it('read back what was written', () => {
    const commands: DeviceCommand[] = [
      { command: 'ping', nonce: 'a-1' },
      { command: 'fetch', nonce: 'a-2', url: 'http://127.0.0.1:80/n' },
    ];
    for (const command of commands) assert.deepEqual(parseDeviceCommand(encodeMessage(command)), command);
    const reply = { nonce: 'a', result: 'refused', reason: 'its self-test failed' } as const;
    assert.deepEqual(parseDeviceReply(encodeMessage(reply)), reply);
    const status: DeviceStatus = {
      version: '1.2.0',
      project: 'assay-esp32',
      elf_sha256: '0'.repeat(64),
      slot: 'ota_0',
      state: 'pending-verify',
      boots: 3,
      nonce: '',
    };
    assert.deepEqual(parseDeviceStatus(encodeStatus(status)), status);
    const sha256 = 'c'.repeat(64);
    const progress: UpdateProgress[] = [
      { state: 'downloading', sha256, received: 7 },
      { state: 'ready', sha256 },
      { state: 'refused', sha256: '', step: 'notice', reason: 'notice-size' },
    ];
    for (const message of progress) assert.deepEqual(parseUpdateProgress(encodeStatus(message)), message);
  });

  it('refuse unknown members, wrong types, and missing ones', () => {
    const refused: [(typeof parsers)[number], string, string][] = [
      [parseDeviceCommand, '{"command":"reboot","nonce":"a"}', 'command-command'],
      [parseDeviceCommand, '{"command":"ping"}', 'command-nonce'],
      [parseDeviceCommand, '{"command":"ping","nonce":""}', 'command-nonce'],
      [parseDeviceCommand, '{"command":"ping","nonce":"a","url":"x"}', 'command-url'],
      [parseDeviceCommand, '{"command":"fetch","nonce":"a","url":"x"}', 'command-url'],
      [parseDeviceReply, '{"nonce":"a","result":"maybe","reason":""}', 'reply-result'],
      [parseDeviceStatus, '{}', 'status-version'],
      [parseUpdateProgress, '{"state":"ready","sha256":""}', 'update-sha256'],
    ];
    for (const [parser, text, code] of refused) {
      const read = parser(Buffer.from(text));
      assert.ok(read instanceof PeerError, text);
      assert.equal(read.code, code);
    }
  });

  it('give a message or a PeerError for any bytes', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(hostile, (bytes) => {
        for (const parser of parsers) assert.ok(parser(bytes) instanceof PeerError);
      }),
    );
  });
});
