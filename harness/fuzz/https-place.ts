import type { FuzzCase } from '#core/verbs.ts';
import { encodeOtaNotice } from '#codecs/ota-notice.ts';
import { encodeScript, type ServerScript } from '#codecs/server-script.ts';

/** An update notice that a device reads and, asked only to read it, does nothing about. */
export const SOUND_BODY = Buffer.from(
  encodeOtaNotice({
    url: 'http://127.0.0.1:9/none',
    size: 65_536,
    version: '0.0.0',
    project: 'fuzz',
    sha256: '0'.repeat(64),
  }),
).toString('latin1');

/** A sound answer with it. */
export const SOUND_ANSWER = `HTTP/1.1 200 OK\r\nContent-Length: ${SOUND_BODY.length}\r\n\r\n${SOUND_BODY}`;

/** A case that is a server's script; `mustRefuse` says what a client has done that takes it. */
export function scripted(name: string, script: Partial<ServerScript>, mustRefuse?: string): FuzzCase {
  const whole: ServerScript = { tls: null, answers: [SOUND_ANSWER], end: 'keep', ...script };
  return { name, bytes: encodeScript(whole), ...(mustRefuse !== undefined && { mustRefuse }) };
}
