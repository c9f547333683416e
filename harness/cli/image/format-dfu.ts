import { dfuPublicKey } from '#codecs/dfu-key.ts';
import { isDfuDefect, type DfuDefect } from '#codecs/dfu-defect.ts';
import { parseInitPacket, type InitCommand } from '#codecs/dfu-init-packet.ts';
import { parseDfuPackage, type DfuImage } from '#codecs/dfu-package.ts';
import { verifyDfuPackage } from '#codecs/dfu-verify.ts';
import type { Verdict } from './check.ts';
import { bytesField, field, hex, part, type Defect, type Field, type Part } from './description.ts';
import type { Format, Keys, Parts } from './format.ts';
import { withKey } from './keys.ts';

/** A local file header, with which every zip that is not empty starts (APPNOTE.TXT 4.3.7). */
const ZIP = [0x50, 0x4b, 0x03, 0x04];

function defectOf(where: string, { defect, at, expected, got }: DfuDefect): Defect {
  return { where, message: `malformed: ${defect} at ${hex(at)}`, expected, got };
}

function initFields(init: InitCommand): readonly Field[] {
  const { fwVersion, hwVersion, sdReq, type, sdSize, blSize, appSize, hash, isDebug } = init;
  return [
    field('firmwareVersion', fwVersion),
    field('hardwareVersion', hwVersion),
    field('softDevices', [...sdReq], sdReq.map(hex).join(', ')),
    field('type', type),
    field('softDeviceSize', sdSize),
    field('bootLoaderSize', blSize),
    field('applicationSize', appSize),
    ...(hash === null ? [] : [bytesField('hash', hash.bytes)]),
    field('debug', isDebug),
  ];
}

function imageParts({ entry, firmware, dat }: DfuImage): Parts {
  const files = [
    field('firmware', entry.binFile, `${entry.binFile}, ${firmware.length} bytes`),
    field('initPacket', entry.datFile, `${entry.datFile}, ${dat.length} bytes`),
  ];
  const code: Part = part('firmware', 0, [field('length', firmware.length)], firmware);
  const packet = parseInitPacket(dat);
  if (isDfuDefect(packet)) {
    const whole: Part = { name: entry.kind, at: 0, fields: files, parts: [code] };
    return { parts: [whole], defects: [defectOf(`${entry.kind} init packet`, packet)] };
  }
  const { signature } = packet;
  const init = part('init packet', 0, [
    ...initFields(packet.init),
    signature === null ? field('signature', null) : bytesField('signature', signature.bytes),
  ]);
  return { parts: [{ name: entry.kind, at: 0, fields: files, parts: [init, code] }], defects: [] };
}

function described(bytes: Uint8Array): Parts {
  const parsed = parseDfuPackage(bytes);
  if (isDfuDefect(parsed)) return { parts: [], defects: [defectOf('package', parsed)] };
  const images = parsed.images.map(imageParts);
  const others = parsed.others.map(({ name, bytes: data }) =>
    part(field('', name).text, 0, [field('length', data.length)], data),
  );
  return {
    parts: [...images.flatMap(({ parts }) => parts), ...others],
    defects: images.flatMap(({ defects }) => defects),
  };
}

function verified(bytes: Uint8Array, { trusted }: Keys): Verdict {
  const keys = trusted.map((file) => ({ name: file.name, key: withKey(file, dfuPublicKey) }));
  const { holds, checks } = verifyDfuPackage(bytes, keys);
  const told = checks.map(({ check, image, result, detail }) => ({
    image: image ?? '',
    check,
    result,
    detail,
  }));
  return { valid: holds, checks: told };
}

/** A package for Nordic's Secure DFU. */
export const dfuPackage: Format = {
  id: 'nordic-dfu',
  name: 'Nordic DFU package',
  recognises: (bytes) => ZIP.every((byte, index) => bytes[index] === byte),
  describe: (bytes) => ({ title: 'Nordic DFU package', ...described(bytes) }),
  verify: verified,
};
