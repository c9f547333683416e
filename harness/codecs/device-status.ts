import { readOrError } from '#codecs/flat-json.ts';
import { FlatReader } from '#codecs/flat-reader.ts';
import type { PeerError } from '#core/errors.ts';

/** States of the running app's otadata entry (ESP-IDF `esp_ota_img_states_t`). */
export const OTA_STATES = ['new', 'pending-verify', 'valid', 'invalid', 'aborted', 'undefined'] as const;

export type OtaState = (typeof OTA_STATES)[number];

/** Who runs, as the device says. */
export interface DeviceStatus {
  readonly version: string;
  readonly project: string;
  /** app_elf_sha256 of the running image, 64 hex digits. */
  readonly elf_sha256: string;
  /** Label of the partition it runs from. */
  readonly slot: string;
  readonly state: OtaState;
  /** Boots since power was applied. */
  readonly boots: number;
  /** Why it last started, in its own words; left out by firmware that does not say. */
  readonly reset?: string;
  /** Of the `status` command this answers; empty when nobody asked. */
  readonly nonce: string;
}

/** How an announced update goes on. */
export type UpdateProgress =
  | { readonly state: 'downloading'; readonly sha256: string; readonly received: number }
  | { readonly state: 'ready'; readonly sha256: string }
  | {
      readonly state: 'refused';
      /** Of the notice; empty where none could be read. */
      readonly sha256: string;
      /** `notice`, `download`, `write`, `verify`, `set-boot`. */
      readonly step: string;
      readonly reason: string;
    };

const LIMIT = 1024;
const NAME = /^[\x20-\x7e]{1,31}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Reads a status; PeerError codes `status-<member>` or `json-*`. */
export function parseDeviceStatus(bytes: Uint8Array): DeviceStatus | PeerError {
  return readOrError(() => {
    const reader = new FlatReader('status', bytes, LIMIT);
    const status = {
      version: reader.text('version', NAME),
      project: reader.text('project', NAME),
      elf_sha256: reader.text('elf_sha256', SHA256),
      slot: reader.text('slot', /^[\w.-]{1,16}$/),
      state: reader.oneOf('state', OTA_STATES),
      boots: reader.integer('boots', 0, 0xffff_ffff),
      ...(reader.has('reset') ? { reset: reader.text('reset', /^[\w ()-]{1,40}$/) } : {}),
      nonce: reader.text('nonce', /^[\w-]{0,64}$/),
    };
    reader.end();
    return status;
  });
}

/** Reads a progress message; PeerError codes `update-<member>` or `json-*`. */
export function parseUpdateProgress(bytes: Uint8Array): UpdateProgress | PeerError {
  return readOrError(() => {
    const reader = new FlatReader('update', bytes, LIMIT);
    const progress = readProgress(reader);
    reader.end();
    return progress;
  });
}

function readProgress(reader: FlatReader): UpdateProgress {
  const state = reader.oneOf('state', ['downloading', 'ready', 'refused']);
  if (state === 'refused') {
    const step = reader.text('step', /^[a-z-]{1,20}$/);
    const reason = reader.text('reason', /^[\x20-\x7e]{1,200}$/);
    return { state, sha256: reader.text('sha256', /^(?:[0-9a-f]{64})?$/), step, reason };
  }
  const sha256 = reader.text('sha256', SHA256);
  if (state === 'ready') return { state, sha256 };
  return { state, sha256, received: reader.integer('received', 0, 0xffff_ffff) };
}

/** A message of ours as bytes. */
export function encodeStatus(message: DeviceStatus | UpdateProgress): Uint8Array {
  return Buffer.from(JSON.stringify(message), 'utf8');
}
