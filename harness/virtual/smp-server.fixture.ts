import assert from 'node:assert/strict';
import type { CborMap, CborValue } from '#codecs/cbor.ts';
import { complaintOf } from '#codecs/smp-error.ts';
import { decodeSmp, encodeSmp, IMAGE_COMMAND, SMP_GROUP, SMP_OP } from '#codecs/smp.ts';
import { referenceChip } from '#virtual/mcuboot/reference.ts';
import { SmpServer } from '#virtual/smp-server.ts';

/** Members of a request. */
export type Members = readonly (readonly [string, CborValue])[];

/** A server over the slots of the reference chip, and what happened around it. */
export interface Bench {
  readonly server: SmpServer;
  readonly chip: ReturnType<typeof referenceChip>;
  resets: number;
  selfTest: boolean;
}

/** Builds it; with flaws on demand. */
export function bench(...flaws: readonly string[]): Bench {
  const chip = referenceChip();
  chip.boot();
  const made: { resets: number; selfTest: boolean } = { resets: 0, selfTest: true };
  const server = new SmpServer({
    store: chip.images,
    flaws: new Set(flaws),
    buffers: { size: 1024, count: 4 },
    info: { s: 'Zephyr', v: '4.4.0' },
    bootMode: 3,
    noDowngrade: true,
    mayConfirm: () => made.selfTest,
    onReset: () => {
      made.resets += 1;
    },
  });
  return Object.assign(made, { server, chip });
}

/** One request and the map of its one answer. */
export function ask(
  { server }: Bench,
  address: { op: number; group: number; command: number; version?: number },
  members: Members = [],
): CborMap {
  const packet = encodeSmp({ version: 1, sequence: 7, ...address }, members);
  const [answer, ...more] = server.handle(packet);
  assert.equal(more.length, 0);
  assert.ok(answer);
  const result = decodeSmp(answer);
  assert.ok(result.ok, result.ok ? '' : result.why);
  const { message } = result;
  assert.deepEqual(
    [message.sequence, message.op, message.group, message.command],
    [7, address.op + 1, address.group, address.command],
  );
  return message.map;
}

/** Error text of an answer, or null. */
export function refusal(map: CborMap): string | null {
  return complaintOf(map)?.text ?? null;
}

/** One chunk of an upload. */
export function upload(target: Bench, members: Members): CborMap {
  return ask(target, { op: SMP_OP.write, group: SMP_GROUP.image, command: IMAGE_COMMAND.upload }, members);
}

/** Uploads all of an image in chunks; the last answer. */
export function uploadAll(target: Bench, image: Uint8Array, chunk = 512): CborMap {
  let last: CborMap = new Map();
  for (let off = 0; off < image.length; off += chunk) {
    const data = image.subarray(off, off + chunk);
    last = upload(
      target,
      off === 0
        ? [
            ['len', image.length],
            ['off', 0],
            ['data', data],
          ]
        : [
            ['off', off],
            ['data', data],
          ],
    );
  }
  return last;
}

/** Reads or writes the image state. */
export function state(target: Bench, members?: Members): CborMap {
  const op = members === undefined ? SMP_OP.read : SMP_OP.write;
  return ask(target, { op, group: SMP_GROUP.image, command: IMAGE_COMMAND.state }, members);
}
