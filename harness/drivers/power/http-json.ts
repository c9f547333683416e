import { request } from 'node:http';
import { type Fields, jsonObject } from '#codecs/json-fields.ts';
import type { CallOptions } from '#core/capabilities.ts';
import { BenchError } from '#core/errors.ts';
import { type Address, Tcp } from '#drivers/channel/tcp.ts';

const ANSWER_MS = 5000;
/** Most bytes of an answer. */
const MOST = 65_536;

/**
 * Asks a device of the bench over HTTP for a JSON object. BenchErrors `instrument-silent`, `instrument-babbles`,
 * `instrument-lost`, `http-status`; BenchError `json-answer`. Default deadline 5 s of real time.
 */
export async function getJson(address: Address, path: string, options: CallOptions): Promise<Fields> {
  const { host, port } = address;
  const name = `http://${host}:${port}${path}`;
  const deadlineMs = options.deadlineMs ?? ANSWER_MS;
  const late = AbortSignal.timeout(deadlineMs);
  const signal = AbortSignal.any([options.signal, late]);
  try {
    signal.throwIfAborted();
    return jsonObject(await get(address, path, signal));
  } catch (error) {
    options.signal.throwIfAborted();
    if (late.aborted) throw silent(name, deadlineMs);
    if (error instanceof Error && 'code' in error && typeof error.code === 'string' && 'syscall' in error)
      throw lost(name, error);
    throw error;
  }
}

function get(address: Address, path: string, signal: AbortSignal): Promise<Uint8Array> {
  const { host, port } = address;
  const tcp = new Tcp({ allow: [host] });
  return new Promise((resolve, reject) => {
    const asking = request(
      { host, port, path, agent: false, signal, createConnection: () => tcp.socket(address) },
      (answer) => {
        const chunks: Uint8Array[] = [];
        let size = 0;
        answer.on('data', (chunk: Uint8Array) => {
          size += chunk.length;
          chunks.push(chunk);
          if (size > MOST) asking.destroy(babbles(path));
        });
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(Buffer.concat(chunks));
          else reject(refused(path, answer.statusCode ?? 0));
        });
      },
    );
    asking.on('error', reject);
    asking.end();
  });
}

function refused(path: string, status: number): BenchError {
  return new BenchError({
    code: 'http-status',
    message: `the device refused ${path}`,
    expected: 'HTTP status 200',
    got: String(status),
    remedy:
      status === 401
        ? 'switch its password off, or use commandPower with a program that knows the password'
        : 'check address and channel in the bench file',
  });
}

function babbles(path: string): BenchError {
  return new BenchError({
    code: 'instrument-babbles',
    message: `the device answers ${path} without end`,
    expected: `at most ${MOST} bytes`,
    remedy: 'check that the address in the bench file belongs to the device',
  });
}

function silent(name: string, deadlineMs: number): BenchError {
  return new BenchError({
    code: 'instrument-silent',
    message: `${name} did not answer within ${deadlineMs} ms`,
    remedy: 'check that the device is powered and in this network',
  });
}

function lost(name: string, cause: Error): BenchError {
  return new BenchError({
    code: 'instrument-lost',
    message: `${name} cannot be reached`,
    got: cause.message,
    remedy: 'check the address in the bench file, and that the device is powered',
    cause,
  });
}
