import type { CborValue } from '#codecs/cbor.ts';
import { HEADER_MAGIC } from '#codecs/mcuboot-header.ts';
import { formatSmpVersion } from '#codecs/mcuboot-version.ts';
import { SMP_ERROR } from '#codecs/smp-error.ts';
import {
  decodeSmpHeader,
  encodeSmp,
  IMAGE_COMMAND,
  OS_COMMAND,
  SMP_GROUP,
  SMP_HEADER,
  SMP_OP,
  type SmpHeader,
} from '#codecs/smp.ts';
import { headerAt } from '#virtual/mcuboot/headers.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { RecoveryUpload } from '#virtual/mcuboot/recovery-upload.ts';
import { imageIsValid } from '#virtual/mcuboot/validate.ts';
import { type SmpReply, SmpRequest, text } from '#virtual/smp-request.ts';

/** Asked before anything else by tools that share the console; there is nothing to switch. */
const CONSOLE_ECHO = 1;
const NO_FLAWS: ReadonlySet<string> = new Set();

/** What recovery works on, and the way out of it. */
export interface SerialRecoveryOptions {
  readonly loader: Loader;
  /** Restarts the chip, a moment later. */
  onReset(): void;
}

/**
 * MCUboot's serial recovery: an SMP server of its own in the boot loader, with image list and upload, echo and reset. Errors
 * are always of the first version of the protocol; what is no request is not answered at all.
 */
export class SerialRecovery {
  readonly #options: SerialRecoveryOptions;
  readonly #upload: RecoveryUpload;

  constructor(options: SerialRecoveryOptions) {
    this.#options = options;
    this.#upload = new RecoveryUpload(options.loader.images.map(({ primary }) => primary));
  }

  /** The answer to a packet, if it is a request. */
  handle(packet: Uint8Array): Uint8Array[] {
    const header = decodeSmpHeader(packet);
    if (header === null || (header.op !== SMP_OP.read && header.op !== SMP_OP.write)) return [];
    // A length that promises more than came is accepted, one that promises less is not.
    if (header.length < packet.length - SMP_HEADER) return [];
    const reply = this.#serve(header, new SmpRequest(header, packet.subarray(SMP_HEADER), NO_FLAWS));
    const op = header.op === SMP_OP.read ? SMP_OP.readAnswer : SMP_OP.writeAnswer;
    return [encodeSmp({ ...header, op }, membersOf(reply))];
  }

  #serve({ group, command, op }: SmpHeader, request: SmpRequest): SmpReply {
    if (group === SMP_GROUP.image && command === IMAGE_COMMAND.upload) return this.#upload.take(request);
    if (group === SMP_GROUP.image && command === IMAGE_COMMAND.state && op === SMP_OP.read) {
      return { members: [['images', this.#images()]] };
    }
    if (group !== SMP_GROUP.os) return { rc: SMP_ERROR.notSupported };
    switch (command) {
      case OS_COMMAND.echo:
        return echo(request);
      case CONSOLE_ECHO:
        return { rc: 0 };
      case OS_COMMAND.reset:
        this.#options.onReset();
        return { rc: 0 };
      default:
        return { rc: SMP_ERROR.notSupported };
    }
  }

  /** Slots whose image is valid; recovery says no more of them than the version. */
  #images(): CborValue[] {
    return this.#options.loader.images.flatMap((loader) => {
      loader.reset([]);
      return (['primary', 'secondary'] as const).flatMap((side, slot) => {
        const image = loader.imageIn(side);
        const header = headerAt(image);
        if (header.magic !== HEADER_MAGIC || !imageIsValid(loader, image, header)) return [];
        const number: [string, CborValue][] = loader.profile.images === 1 ? [] : [['image', loader.index]];
        return [
          new Map<string, CborValue>([
            ...number,
            ['slot', slot],
            ['version', formatSmpVersion(header.version)],
          ]),
        ];
      });
    });
  }
}

function echo(request: SmpRequest): SmpReply {
  const map = request.members();
  const said = map === null ? null : text(map, 'd');
  return said === null || said === undefined ? { rc: SMP_ERROR.invalid } : { members: [['r', said]] };
}

function membersOf(reply: SmpReply): readonly (readonly [string, CborValue])[] {
  if ('members' in reply) return reply.members;
  return [['rc', 'rc' in reply ? reply.rc : reply.error]];
}
