import type { CallOptions } from '#core/capabilities.ts';
import { PeerError } from '#core/errors.ts';
import type { CborMap, CborValue } from '#codecs/cbor.ts';
import { complaintOf, type SmpComplaint } from '#codecs/smp-error.ts';
import type { SmpClient, SmpCommand } from '#drivers/channel/smp-client.ts';

/** Members of a request; those undefined are left out. */
export type Asked = Readonly<Record<string, CborValue>>;

/** The server says no to a command. */
export class SmpRefusal extends PeerError {
  readonly complaint: SmpComplaint;

  constructor(command: SmpCommand, complaint: SmpComplaint) {
    super({
      code: 'smp-refused',
      message: `the server refuses SMP ${command.op === 0 ? 'read' : 'write'} ${command.group}/${command.command}`,
      got: complaint.text,
      remedy: 'check that the firmware has this command built in, and what was asked of it',
    });
    this.complaint = complaint;
  }
}

/** One command and the members of its answer. `SmpRefusal` when the server says no; else PeerErrors as of `ask`. */
export async function call(
  client: SmpClient,
  command: SmpCommand,
  asked: Asked,
  options: CallOptions,
): Promise<CborMap> {
  const members = Object.entries(asked).filter(([, value]) => value !== undefined);
  const { map } = await client.ask(command, members, options);
  const complaint = complaintOf(map);
  if (complaint !== null) throw new SmpRefusal(command, complaint);
  return map;
}

/** A text member of an answer. PeerError `smp-nonsense` where it is something else. */
export function textOf(map: CborMap, key: string): string {
  const value = map.get(key);
  return typeof value === 'string' ? value : nonsense(key, 'a text', value);
}

/** A whole number of an answer, as `textOf`. */
export function numberOf(map: CborMap, key: string): number {
  const value = map.get(key);
  return typeof value === 'number' && Number.isInteger(value) ? value : nonsense(key, 'a number', value);
}

/** A byte string of an answer, as `textOf`. */
export function bytesOf(map: CborMap, key: string): Uint8Array {
  const value = map.get(key);
  return value instanceof Uint8Array ? value : nonsense(key, 'a byte string', value);
}

/** A map of an answer, as `textOf`; its keys are texts. */
export function mapOf(map: CborMap, key: string): CborMap {
  const value = map.get(key);
  return value instanceof Map ? (value as CborMap) : nonsense(key, 'a map', value);
}

/** A list of an answer, as `textOf`. */
export function listOf(map: CborMap, key: string): readonly CborValue[] {
  const value = map.get(key);
  return Array.isArray(value) ? (value as readonly CborValue[]) : nonsense(key, 'a list', value);
}

function nonsense(key: string, expected: string, value: CborValue): never {
  throw new PeerError({
    code: 'smp-nonsense',
    message: `the server's answer has no usable ${key}`,
    expected,
    got: value === undefined ? 'nothing' : typeof value,
    remedy: 'keep the recorded bytes and report the server',
  });
}
