import { UsageError, type PeerError } from '#core/errors.ts';
import { readOrError } from '#codecs/flat-json.ts';
import { FlatReader } from '#codecs/flat-reader.ts';

/** What a device is told of an update: where it lies and what it claims to be. Nothing in it is authenticated. */
export interface OtaNotice {
  readonly url: string;
  /** Bytes. */
  readonly size: number;
  readonly version: string;
  readonly project: string;
  /** Of the whole file, 64 lower-case hex digits. */
  readonly sha256: string;
}

/** Longest notice a device reads, bytes. */
export const NOTICE_LIMIT = 1024;

/** An HTTP URL without user, fragment or blanks. */
export const HTTP_URL = /^https?:\/\/[0-9A-Za-z.:[\]-]{1,128}\/[\x21\x24-\x7e]{0,256}$/;

const LARGEST = 0x0fff_ffff;
const NAME = /^[\x20-\x7e]{1,31}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** Reads a notice; PeerError codes `notice-<member>` or `json-*` say what does not fit. */
export function parseOtaNotice(bytes: Uint8Array): OtaNotice | PeerError {
  return readOrError(() => {
    const reader = new FlatReader('notice', bytes, NOTICE_LIMIT);
    const notice = {
      url: reader.text('url', HTTP_URL),
      size: reader.integer('size', 1, LARGEST),
      version: reader.text('version', NAME),
      project: reader.text('project', NAME),
      sha256: reader.text('sha256', SHA256),
    };
    reader.end();
    return notice;
  });
}

/** The notice as bytes. UsageError when a device could not read it. */
export function encodeOtaNotice(notice: OtaNotice): Uint8Array {
  const { url, size, version, project, sha256 } = notice;
  const bytes = Buffer.from(JSON.stringify({ url, size, version, project, sha256 }), 'utf8');
  const read = parseOtaNotice(bytes);
  if (!(read instanceof Error)) return bytes;
  throw new UsageError({
    code: 'notice-unfit',
    message: 'no device could read this update notice',
    remedy: 'see the cause for the member that does not fit',
    cause: read,
  });
}
