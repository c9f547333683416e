import { readOrError } from '#codecs/flat-json.ts';
import { FlatReader } from '#codecs/flat-reader.ts';
import { HTTP_URL } from '#codecs/ota-notice.ts';
import type { PeerError } from '#core/errors.ts';

/** Topics of one device. */
export interface DeviceTopics {
  /** To the device: DeviceCommand. */
  readonly command: string;
  /** To the device: OtaNotice. */
  readonly notice: string;
  /** From the device, retained: DeviceStatus. */
  readonly status: string;
  /** From the device: DeviceReply. */
  readonly reply: string;
  /** From the device: UpdateProgress. */
  readonly update: string;
}

/** The topics of the device with this id. */
export function deviceTopics(id: string): DeviceTopics {
  const topic = (name: string) => `assay/${id}/${name}`;
  return {
    command: topic('cmd'),
    notice: topic('ota'),
    status: topic('status'),
    reply: topic('reply'),
    update: topic('update'),
  };
}

const COMMANDS = ['status', 'confirm', 'restart', 'ping', 'fetch'] as const;

/** What a device is told to do. `fetch` gets an update notice by HTTP from `url` and says what it made of it. */
export type DeviceCommand =
  | { readonly command: 'status' | 'confirm' | 'restart' | 'ping'; readonly nonce: string }
  | { readonly command: 'fetch'; readonly nonce: string; readonly url: string };

/** The device's answer to one command. */
export interface DeviceReply {
  readonly nonce: string;
  readonly result: 'ok' | 'refused';
  /** Why it was refused; empty otherwise. */
  readonly reason: string;
}

/** Longest command or reply, bytes. */
export const COMMAND_LIMIT = 1024;

const NONCE = /^[\w-]{1,64}$/;

/** Reads a command; PeerError codes `command-<member>` or `json-*`. */
export function parseDeviceCommand(bytes: Uint8Array): DeviceCommand | PeerError {
  return readOrError(() => {
    const reader = new FlatReader('command', bytes, COMMAND_LIMIT);
    const command = reader.oneOf('command', COMMANDS);
    const nonce = reader.text('nonce', NONCE);
    const read: DeviceCommand =
      command === 'fetch' ? { command, nonce, url: reader.text('url', HTTP_URL) } : { command, nonce };
    reader.end();
    return read;
  });
}

/** Reads a reply; PeerError codes `reply-<member>` or `json-*`. */
export function parseDeviceReply(bytes: Uint8Array): DeviceReply | PeerError {
  return readOrError(() => {
    const reader = new FlatReader('reply', bytes, COMMAND_LIMIT);
    const reply = {
      nonce: reader.text('nonce', NONCE),
      result: reader.oneOf('result', ['ok', 'refused']),
      reason: reader.text('reason', /^[\x20-\x7e]{0,200}$/),
    };
    reader.end();
    return reply;
  });
}

/** A message of ours as bytes. */
export function encodeMessage(message: DeviceCommand | DeviceReply): Uint8Array {
  return Buffer.from(JSON.stringify(message), 'utf8');
}
