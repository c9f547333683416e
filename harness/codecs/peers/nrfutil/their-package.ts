import { concatBytes } from '@noble/hashes/utils.js';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import {
  DFU_VALIDATION,
  encodeCommand,
  type InitCommand,
  type InitPacket,
  parseInitPacket,
  signedPacket,
  unsignedPacket,
} from '#codecs/dfu-init-packet.ts';
import { dfuPublicKey } from '#codecs/dfu-key.ts';
import { encodeManifest } from '#codecs/dfu-manifest.ts';
import { type DfuImage, initCommandFor, MANIFEST_FILE, parseDfuPackage } from '#codecs/dfu-package.ts';
import { verifyDfuPackage } from '#codecs/dfu-verify.ts';
import { readZip } from '#codecs/dfu-zip.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import { anyWord } from '#codecs/peers/nrfutil/packets.ts';
import { filledUp, VALIDATIONS } from '#codecs/peers/nrfutil/settings.ts';
import { type Answer, coded, firstDifference, type Nrfutil, plain } from '#codecs/peers/nrfutil/process.ts';

type Part = 'app_fw' | 'bootloader_fw' | 'softdevice_fw';

const CONTENTS: readonly [readonly Part[], ...(readonly Part[])[]] = [
  ['app_fw'],
  ['bootloader_fw'],
  ['softdevice_fw'],
  ['softdevice_fw', 'bootloader_fw'],
  ['softdevice_fw', 'bootloader_fw', 'app_fw'],
  ['bootloader_fw', 'app_fw'],
  ['softdevice_fw', 'app_fw'],
];

interface Wish {
  readonly parts: Readonly<Partial<Record<Part, Uint8Array>>>;
  readonly isSigned: boolean;
  readonly isExternal: boolean;
  readonly isDebug: boolean;
  readonly hwVersion: number;
  readonly appVersion: number;
  readonly blVersion: number;
  readonly sdValidation: number;
  readonly appValidation: number;
}

function anyWish(random: Draw): Wish {
  const isSigned = !random.oneIn(4);
  const content = random.pick(CONTENTS);
  return {
    parts: Object.fromEntries(content.map((part) => [part, filledUp(random.bytes(1 + random.below(600)))])),
    isSigned,
    isExternal: random.oneIn(3),
    isDebug: random.oneIn(2),
    hwVersion: anyWord(random),
    appVersion: anyWord(random),
    blVersion: anyWord(random),
    // An ECDSA record needs the key.
    sdValidation: random.below(isSigned ? 4 : 3),
    appValidation: random.below(isSigned ? 4 : 3),
  };
}

function askFor(tool: Nrfutil, wish: Wish, random: Draw, pem: string): Promise<Answer> {
  const anyIds = () => Array.from({ length: 1 + random.below(6) }, () => anyWord(random));
  const firmware = Object.entries(wish.parts).map(([part, bytes]) => [part, coded(bytes)]);
  return tool.ask({
    do: 'make-package',
    firmware: Object.fromEntries(firmware),
    pem: wish.isSigned ? pem : null,
    options: {
      debug_mode: wish.isDebug,
      hw_version: wish.hwVersion,
      app_version: wish.appVersion,
      bl_version: wish.blVersion,
      sd_req: anyIds(),
      sd_id: anyIds(),
      sd_boot_validation: VALIDATIONS[wish.sdValidation],
      app_boot_validation: VALIDATIONS[wish.appValidation],
      is_external: wish.isExternal,
    },
  });
}

/** What the wish makes of an image's firmware and init command. Ids come in the order of a Python set, which it says. */
function expected(
  { entry }: DfuImage,
  wish: Wish,
  answer: Answer,
): { firmware: Uint8Array; init: InitCommand } {
  const { app_fw: app, bootloader_fw: bl, softdevice_fw: sd } = wish.parts;
  const none = new Uint8Array();
  const common = {
    hwVersion: wish.hwVersion,
    isDebug: wish.isDebug,
    sdReq: answer['sd_req'] as readonly number[],
  };
  const validation = (...types: readonly number[]) => types.map((type) => ({ type, bytes: none }));
  const build = (
    firmware: Uint8Array,
    type: Parameters<typeof initCommandFor>[0],
    options: Partial<InitCommand>,
  ) => ({
    firmware,
    init: initCommandFor(type, firmware, { ...common, ...options }),
  });
  if (entry.kind === 'application') {
    return build(app ?? none, wish.isExternal ? 'externalApplication' : 'application', {
      fwVersion: wish.appVersion,
      sdReq: answer['sd_id'] as readonly number[],
      bootValidation: validation(wish.appValidation),
    });
  }
  if (entry.kind === 'bootloader') return build(bl ?? none, 'bootloader', { fwVersion: wish.blVersion });
  if (entry.kind === 'softdevice') {
    return build(sd ?? none, 'softdevice', { bootValidation: validation(wish.sdValidation) });
  }
  return build(concatBytes(sd ?? none, bl ?? none), 'softdeviceBootloader', {
    fwVersion: wish.blVersion,
    sdSize: sd?.length ?? 0,
    blSize: bl?.length ?? 0,
    bootValidation: validation(wish.sdValidation, DFU_VALIDATION.crc),
  });
}

/** Our packet of what was wished, with their random signatures in it. */
function ourPacket(init: InitCommand, theirs: InitPacket): Uint8Array {
  const bootValidation = init.bootValidation.map((own, index) =>
    own.type === DFU_VALIDATION.ecdsa ? (theirs.init.bootValidation[index] ?? own) : own,
  );
  const command = encodeCommand({ ...init, bootValidation });
  return theirs.signature === null ? unsignedPacket(command) : signedPacket(command, theirs.signature.bytes);
}

function imageDifference(image: DfuImage, wish: Wish, answer: Answer): string | null {
  const packet = parseInitPacket(image.dat);
  if (isDfuDefect(packet)) return JSON.stringify(packet);
  const { firmware, init } = expected(image, wish, answer);
  return firstDifference([
    ['firmware', firmware, image.firmware],
    ['signed', wish.isSigned, packet.signature !== null],
    ['packet', ourPacket(init, packet), image.dat],
  ]);
}

/** A package that the tool makes: read, verified, and made again byte for byte by us. */
export async function theirPackage(tool: Nrfutil, random: Draw, pem: string): Promise<string | null> {
  const wish = anyWish(random);
  const answer = await askFor(tool, wish, random, pem);
  const zip = plain(answer['zip']);
  const made = parseDfuPackage(zip);
  const files = readZip(zip);
  if (isDfuDefect(made) || isDfuDefect(files)) {
    return `ours refused ${JSON.stringify(made)}, theirs ${JSON.stringify(answer['refused'])}`;
  }
  const { checks } = verifyDfuPackage(zip, [{ name: 'peer', key: dfuPublicKey(pem) }]);
  const failing = checks.filter(({ result }) => result !== 'holds').map(({ check }) => check);
  const differences = made.images.map((image) => imageDifference(image, wish, answer));
  return (
    differences.find((difference) => difference !== null) ??
    firstDifference([
      ['failing', failing, wish.isSigned ? [] : made.images.map(() => 'signature')],
      ['manifest', encodeManifest(made.manifest), files.find(({ name }) => name === MANIFEST_FILE)?.bytes],
    ])
  );
}
