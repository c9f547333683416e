import type { HciRecord } from '#codecs/ble/btsnoop.ts';
import { H4 } from '#codecs/ble/h4.ts';
import { ACL_START, decodeAcl } from '#codecs/ble/hci.ts';
import { L2capReassembler } from '#codecs/ble/l2cap.ts';

/** What passed between a host and its controller, told so that it is the same on any controller. */
export interface Transcript {
  /** Whole frames, `<channel> <payload>` in hex, each way in its order: fragments depend on buffers. */
  readonly sent: readonly string[];
  readonly heard: readonly string[];
}

function framesOf(records: readonly HciRecord[], received: boolean): readonly string[] {
  const frames = new L2capReassembler();
  const told: string[] = [];
  for (const { packet } of records.filter((record) => record.received === received)) {
    const acl = packet.indicator === H4.acl ? decodeAcl(packet.body) : null;
    if (acl === null || acl instanceof Error) continue;
    const frame = frames.push(acl.start !== ACL_START.continuation, acl.data);
    if (frame === null) continue;
    told.push(
      frame instanceof Error
        ? frame.message
        : `${frame.cid.toString(16)} ${Buffer.from(frame.payload).toString('hex')}`,
    );
  }
  return told;
}

/** The transcript of one host's link at a time. */
export function transcriptOf(records: readonly HciRecord[]): Transcript {
  return { sent: framesOf(records, false), heard: framesOf(records, true) };
}
