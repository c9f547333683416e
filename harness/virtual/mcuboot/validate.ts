import { HEADER_FLAG, HEADER_MAGIC, type McubootHeader } from '#codecs/mcuboot-header.ts';
import { TLV_HEADER } from '#codecs/mcuboot-tlv.ts';
import type { McubootFlaw } from '#virtual/mcuboot/flaws.ts';
import { busFault } from '#virtual/mcuboot/halt.ts';
import { ImageCheck } from '#virtual/mcuboot/image-check.ts';
import { digestOfImage } from '#virtual/mcuboot/image-digest.ts';
import { isEncrypted } from '#virtual/mcuboot/image-cipher.ts';
import type { Loader } from '#virtual/mcuboot/loader.ts';
import { readableImage } from '#virtual/mcuboot/readable-image.ts';
import type { ImageSource } from '#virtual/mcuboot/slot.ts';
import { hasTlvs, type TlvArea, tlvAreaOf, walkTlvs } from '#virtual/mcuboot/tlv-walk.ts';

const { encryptedAes128, encryptedAes256, lzma1, lzma2, armThumb } = HEADER_FLAG;
/** No boot loader here is built to unpack images. */
const COMPRESSED = lzma1 | lzma2 | armThumb;
const U32_END = 2 ** 32;
/** Magic of the first format, whose signatures were made otherwise. */
const OLD_MAGIC = 0x96f3b83c;

/** True where the header describes something that can lie in a slot. */
export function headerFits(loader: Loader, header: McubootHeader, slot: ImageSource): boolean {
  const has = (flaw: McubootFlaw) => loader.flawed(flaw);
  const isOld = header.magic === OLD_MAGIC && has('mcuboot/old-magic-accepted');
  if (header.magic !== HEADER_MAGIC && !isOld) return false;
  if (!sizesFit(header, slot) && !has('mcuboot/image-size-trusted')) return false;
  if (!cipherFits(loader, header)) return false;
  return (header.flags & COMPRESSED) === 0 || has('mcuboot/compressed-flag-ignored');
}

/** An image may be encrypted where the build knows how, but not in two ways. */
function cipherFits(loader: Loader, header: McubootHeader): boolean {
  if (loader.keys === null) return !isEncrypted(header) || loader.flawed('mcuboot/encrypted-flag-ignored');
  return (header.flags & encryptedAes128) === 0 || (header.flags & encryptedAes256) === 0;
}

function sizesFit({ headerSize, imageSize, protectedSize }: McubootHeader, slot: ImageSource): boolean {
  const size = headerSize + imageSize;
  return size < U32_END && size + protectedSize < slot.size;
}

/** bootutil's image validation: sizes, hash, signature, counter, product. Logs only what bootutil logs. */
export function imageIsValid(loader: Loader, slot: ImageSource, header: McubootHeader): boolean {
  const readable = readableImage(loader, slot, header);
  if (readable === null) return false;
  const digest = digestOfImage(loader, readable, header);
  const area = tlvAreaOf(slot, header, {
    magic: loader.flawed('mcuboot/tlv-magic-unchecked'),
    protectedSize: loader.flawed('mcuboot/protected-size-unchecked'),
  });
  if (area === null) return !hasTlvs(slot, header) && loader.flawed('mcuboot/no-tlvs-no-checks');
  if (area.end > loader.maxImageSize && !loader.flawed('mcuboot/size-not-checked')) return false;
  if (area.end - area.protectedEnd <= TLV_HEADER && loader.flawed('mcuboot/no-tlvs-no-checks')) return true;
  return entriesHold(loader, slot, header, area, new ImageCheck(loader, slot, digest));
}

function entriesHold(
  loader: Loader,
  slot: ImageSource,
  header: McubootHeader,
  area: TlvArea,
  check: ImageCheck,
): boolean {
  let end = area.start;
  for (const entry of walkTlvs(slot, header, area)) {
    if (entry === null) {
      if (loader.flawed('mcuboot/tlv-length-trusted')) throw busFault();
      if (area.end - end < TLV_HEADER && loader.flawed('mcuboot/tlv-remainder-ignored')) break;
      return false;
    }
    if (!check.take(entry)) return false;
    end = entry.offset + entry.length;
  }
  return check.passed();
}
