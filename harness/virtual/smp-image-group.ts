import type { CborValue } from '#codecs/cbor.ts';
import { IMAGE_ERROR } from '#codecs/smp-error.ts';
import { IMAGE_COMMAND } from '#codecs/smp.ts';
import type { ImageStore, SlotEntry } from '#virtual/image-store.ts';
import {
  byteString,
  flag,
  INVALID,
  unsigned,
  type SmpGroupHandlers,
  type SmpReply,
  type SmpRequest,
} from '#virtual/smp-request.ts';
import { SmpUpload } from '#virtual/smp-upload.ts';

/** What the image group stands on. */
export interface ImageGroupOptions {
  readonly store: ImageStore;
  readonly flaws: ReadonlySet<string>;
  /** The application's self-test: an application that fails it refuses to be made permanent. */
  mayConfirm(): boolean;
}

/** Handlers of group 1: image state, upload, erase, slot info. */
export function imageGroup(options: ImageGroupOptions): SmpGroupHandlers {
  const upload = new SmpUpload(options.store, options.flaws);
  return {
    [IMAGE_COMMAND.state]: {
      read: () => stateReply(options.store),
      write: (request) => writeState(request, options),
    },
    [IMAGE_COMMAND.upload]: { write: (request) => upload.handle(request) },
    [IMAGE_COMMAND.erase]: { write: (request) => erase(request, options.store, upload) },
    [IMAGE_COMMAND.slots]: { read: () => slotsReply(options.store) },
  };
}

function stateReply(store: ImageStore): SmpReply {
  return {
    members: [
      ['images', store.list().map(slotMap)],
      ['splitStatus', 0],
    ],
  };
}

function slotMap(entry: SlotEntry): CborValue {
  return new Map<string, CborValue>([
    ['slot', entry.slot],
    ['version', entry.version],
    ['hash', entry.hash],
    ['bootable', entry.bootable],
    ['pending', entry.pending],
    ['confirmed', entry.confirmed],
    ['active', entry.active],
    ['permanent', entry.permanent],
  ]);
}

function writeState(request: SmpRequest, options: ImageGroupOptions): SmpReply {
  const map = request.members();
  if (map === null) return INVALID;
  const [wanted, confirm] = [byteString(map, 'hash'), flag(map, 'confirm')];
  if (wanted === null || confirm === null) return INVALID;
  const error = setState(wanted, confirm ?? false, options);
  return error === 0 ? stateReply(options.store) : { error };
}

/** Section 8 of smp.md: which slot is meant, and what may be asked of it. */
function setState(wanted: Uint8Array | undefined, confirm: boolean, options: ImageGroupOptions): number {
  const { store } = options;
  if (wanted === undefined || wanted.length === 0)
    return confirm ? confirmRunning(options) : IMAGE_ERROR.invalidHash;
  if (wanted.length !== 32) return IMAGE_ERROR.invalidHash;
  const matching = store.list().filter((entry) => Buffer.compare(entry.hash, wanted) === 0);
  const entry = matching.find((candidate) => !candidate.active) ?? matching[0];
  if (entry === undefined) return IMAGE_ERROR.hashNotFound;
  if (!entry.active) return store.setPending(wanted, confirm);
  return confirm ? confirmRunning(options) : IMAGE_ERROR.testActiveSlot;
}

function confirmRunning(options: ImageGroupOptions): number {
  return options.mayConfirm() ? options.store.confirm() : IMAGE_ERROR.confirmationDenied;
}

function erase(request: SmpRequest, store: ImageStore, upload: SmpUpload): SmpReply {
  const map = request.payload.length === 0 ? new Map<string, CborValue>() : request.members();
  if (map === null) return INVALID;
  const slot = unsigned(map, 'slot');
  if (slot === null) return INVALID;
  const target = store.updateSlot;
  if ((slot ?? target) > 1) return { error: IMAGE_ERROR.invalidSlot };
  const inUse = store.list().some((entry) => entry.slot === target && (entry.active || entry.confirmed));
  if ((slot ?? target) !== target || inUse) return { error: IMAGE_ERROR.noFreeSlot };
  upload.drop();
  store.erase(store.slotSize);
  return { members: [] };
}

function slotsReply(store: ImageStore): SmpReply {
  const slots = [0, 1].map((slot) => {
    const members = new Map<string, CborValue>([
      ['slot', slot],
      ['size', store.slotSize],
    ]);
    if (slot === store.updateSlot) members.set('upload_image_id', 0);
    return members;
  });
  return {
    members: [
      [
        'images',
        [
          new Map<string, CborValue>([
            ['image', 0],
            ['slots', slots],
          ]),
        ],
      ],
    ],
  };
}
