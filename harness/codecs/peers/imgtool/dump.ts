import { isEncrypted } from '#codecs/mcuboot-encryption.ts';
import type { McubootImage } from '#codecs/mcuboot-image.ts';
import { tlvName } from '#codecs/mcuboot-tlv-name.ts';
import { type Tlv, TLV_MAGIC, tlvAreaSize } from '#codecs/mcuboot-tlv.ts';
import { trailerMagic, trailerOffsets, type TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { formatVersion } from '#codecs/mcuboot-version.ts';

/** What `imgtool dumpinfo -f json` should say about an image, or about the slot it fills. */
export function expectedDump(
  filename: string,
  image: McubootImage,
  slot: Uint8Array,
  shape: TrailerShape | null,
): unknown {
  const { header, protectedTlvs, unprotectedTlvs } = image;
  const hasProtected = header.protectedSize > 0;
  return {
    filename,
    header: {
      magic: header.magic,
      load_addr: header.loadAddress,
      hdr_size: header.headerSize,
      protected_tlv_size: header.protectedSize,
      img_size: header.imageSize,
      flags: header.flags,
      version: `${formatVersion({ ...header.version, build: 0 })}+${header.version.build}`,
    },
    tlv_area: {
      tlv_hdr_prot: hasProtected ? area(TLV_MAGIC.protected, protectedTlvs) : {},
      tlvs_prot: protectedTlvs.map(entry),
      tlv_hdr: area(TLV_MAGIC.unprotected, unprotectedTlvs),
      tlvs: unprotectedTlvs.map(entry),
    },
    trailer: shape === null ? {} : trailer(slot, shape, isEncrypted(image)),
  };
}

function area(magic: number, tlvs: readonly Tlv[]) {
  return { magic, tlv_tot: tlvAreaSize(tlvs) };
}

function entry({ type, value }: Tlv) {
  return {
    type,
    type_name: tlvName(type) ?? 'UNKNOWN',
    len: value.length,
    data: Buffer.from(value).toString('hex'),
  };
}

/** imgtool counts every trailer as one of a swap mode, with keys of 16 bytes. */
function trailer(slot: Uint8Array, shape: TrailerShape, encrypted: boolean) {
  const at = trailerOffsets({ ...shape, mode: 'swap', keyLength: encrypted ? 16 : 0 });
  const [first = 0, second = 0] = at.keys ?? [];
  return {
    magic: Buffer.from(trailerMagic(shape.maxAlign)).toString('hex'),
    image_ok: slot[at.imageOk],
    copy_done: slot[at.copyDone],
    swap_info: slot[at.swapInfo],
    swap_size: new DataView(slot.buffer, slot.byteOffset).getUint32(at.swapSize, true),
    ...(encrypted ? { key_field_len: 2 * (first - second) } : {}),
  };
}
