import { bytesToHex } from '@noble/hashes/utils.js';
import {
  type DfuCheck,
  type DfuCheckName,
  type NamedDfuKey,
  shownDefect,
  shownKey,
} from '#codecs/dfu-check.ts';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  DFU_HASH,
  DFU_OP,
  DFU_SIGNATURE,
  DFU_TYPE,
  DFU_VALIDATION,
  type InitPacket,
  parseInitPacket,
} from '#codecs/dfu-init-packet.ts';
import { verifyDfuSignature } from '#codecs/dfu-key.ts';
import type { DfuKind } from '#codecs/dfu-manifest.ts';
import { dfuHash, type DfuImage } from '#codecs/dfu-package.ts';

/** What the boot loader of SDK 17.1 has room for (`INIT_COMMAND_MAX_SIZE`, `dfu-cc.options`). */
const LIMIT = { packet: 512, hash: 32, sdReq: 16, validations: 3, validation: 64, signature: 64 } as const;

const TYPES: Readonly<Record<DfuKind, readonly number[]>> = {
  application: [DFU_TYPE.application, DFU_TYPE.externalApplication],
  bootloader: [DFU_TYPE.bootloader],
  softdevice: [DFU_TYPE.softdevice],
  softdevice_bootloader: [DFU_TYPE.softdeviceBootloader],
};

type Finding = Pick<DfuCheck, 'result' | 'detail' | 'key'>;

/** Every check of one image; where the init packet cannot be read, the others are not made. */
export function checkImage(image: DfuImage, keys: readonly NamedDfuKey[]): readonly DfuCheck[] {
  const { kind } = image.entry;
  const say = (check: DfuCheckName, found: Finding): DfuCheck => ({ check, image: kind, ...found });
  const packet = parseInitPacket(image.dat);
  if (isDfuDefect(packet)) return [say('init-packet', fails(shownDefect(packet)))];
  return [
    say('init-packet', holds(`${image.dat.length} bytes`)),
    say('limits', checkLimits(packet, image.dat.length)),
    say('type', checkType(packet, image.entry.kind)),
    say('sizes', checkSizes(packet, image)),
    say('hash', checkHash(packet, image.firmware)),
    say('signature', checkSignature(packet, keys)),
    say('boot-validation', checkBootValidation(packet, image.firmware, keys)),
  ];
}

function checkLimits({ opCode, init, signature }: InitPacket, length: number): Finding {
  const broken = [
    length > LIMIT.packet && `${length} bytes, at most ${LIMIT.packet} fit`,
    opCode !== DFU_OP.init && `op code ${opCode}, not INIT`,
    init.hwVersion === null && 'no hw_version',
    init.sdReq.length > LIMIT.sdReq && `${init.sdReq.length} entries of sd_req, at most ${LIMIT.sdReq} fit`,
    (init.hash?.bytes.length ?? 0) > LIMIT.hash && `a hash of ${init.hash?.bytes.length} bytes`,
    init.bootValidation.length > LIMIT.validations && `${init.bootValidation.length} boot validations`,
    init.bootValidation.some(({ bytes }) => bytes.length > LIMIT.validation) &&
      'a boot validation above 64 bytes',
    (signature?.bytes.length ?? 0) > LIMIT.signature && `a signature of ${signature?.bytes.length} bytes`,
  ].filter((found) => found !== false);
  return broken.length === 0 ? holds('within what the boot loader takes') : fails(broken.join('; '));
}

function checkType({ init }: InitPacket, kind: DfuKind): Finding {
  // An absent enum reads as its first value (proto2): APPLICATION.
  const type = init.type ?? DFU_TYPE.application;
  return TYPES[kind].includes(type) ? holds(`type ${type}`) : fails(`type ${type} under the key ${kind}`);
}

function checkSizes({ init }: InitPacket, { entry, firmware }: DfuImage): Finding {
  const [sd, bl, app] = [init.sdSize ?? 0, init.blSize ?? 0, init.appSize ?? 0];
  const parts = { application: [app], bootloader: [bl], softdevice: [sd], softdevice_bootloader: [sd, bl] }[
    entry.kind
  ];
  const said = parts.join(' + ');
  if (parts.includes(0)) return fails(`the init packet says ${said} bytes`);
  const sum = parts.reduce((total, part) => total + part, 0);
  if (sum !== firmware.length)
    return fails(`the init packet says ${said} bytes, the image has ${firmware.length}`);
  if (entry.sizes && (entry.sizes.sdSize !== sd || entry.sizes.blSize !== bl)) {
    return fails(`the manifest says ${entry.sizes.sdSize} + ${entry.sizes.blSize}, the init packet ${said}`);
  }
  return holds(`${said} bytes`);
}

function checkHash({ init }: InitPacket, firmware: Uint8Array): Finding {
  if (init.hash === null) return fails('no hash');
  if (init.hash.type !== DFU_HASH.sha256) return fails(`hash type ${init.hash.type}, not SHA-256`);
  const fits = bytesToHex(init.hash.bytes) === bytesToHex(dfuHash(firmware));
  return fits ? holds('SHA-256 of the image') : fails('not the SHA-256 of the image');
}

function checkSignature({ signature, signedBytes }: InitPacket, keys: readonly NamedDfuKey[]): Finding {
  if (signature === null) return fails('not signed');
  if (signature.type !== DFU_SIGNATURE.ecdsaP256)
    return fails(`signature type ${signature.type}, not ECDSA P-256`);
  if (signature.bytes.length !== LIMIT.signature)
    return fails(`${signature.bytes.length} bytes, not ${LIMIT.signature}`);
  if (keys.length === 0) return { result: 'unchecked', detail: 'no key was given' };
  const signer = keys.find(({ key }) => verifyDfuSignature(signedBytes, signature.bytes, key));
  return signer === undefined
    ? fails('by none of the keys given')
    : { ...holds(`by ${shownKey(signer)}`), key: signer.name };
}

/** ECDSA records carry a signature over the image, or over its SoftDevice where it begins with one. */
function checkBootValidation(
  { init }: InitPacket,
  firmware: Uint8Array,
  keys: readonly NamedDfuKey[],
): Finding {
  const signed = init.bootValidation.filter(({ type }) => type === DFU_VALIDATION.ecdsa);
  if (signed.length === 0) return holds('nothing to check before the start');
  if (keys.length === 0) return { result: 'unchecked', detail: 'no key was given' };
  const part =
    init.type === DFU_TYPE.softdeviceBootloader ? firmware.subarray(0, init.sdSize ?? 0) : firmware;
  const good = signed.every(({ bytes }) => keys.some(({ key }) => verifyDfuSignature(part, bytes, key)));
  return good ? holds('signatures of the image fit') : fails('a signature of the image does not fit');
}

function holds(detail: string): Finding {
  return { result: 'holds', detail };
}

function fails(detail: string): Finding {
  return { result: 'fails', detail };
}
