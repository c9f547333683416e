import { DFU_VALIDATION, type BootValidation } from '#codecs/dfu-init-packet.ts';
import type { DfuSigningKey } from '#codecs/dfu-key.ts';
import type { DfuKind } from '#codecs/dfu-manifest.ts';
import { type DfuImageRequest, initCommandFor } from '#codecs/dfu-package.ts';
import type { Draw } from '#codecs/peers/draw.ts';
import { anyWord } from '#codecs/peers/nrfutil/packets.ts';

/** What packages are made of; an external application stands under the key of applications. */
const CONTENTS: readonly [readonly DfuKind[], ...(readonly DfuKind[])[]] = [
  ['application'],
  ['bootloader'],
  ['softdevice'],
  ['softdevice_bootloader'],
  ['softdevice_bootloader', 'application'],
  ['bootloader', 'application'],
  ['softdevice', 'application'],
];

function anyValidations(random: Draw, image: Uint8Array, key: DfuSigningKey): readonly BootValidation[] {
  return Array.from({ length: random.below(4) }, () => {
    const type = random.below(4);
    return { type, bytes: type === DFU_VALIDATION.ecdsa ? key.sign(image) : new Uint8Array() };
  });
}

function anyImage(random: Draw, kind: DfuKind, key: DfuSigningKey): DfuImageRequest {
  const firmware = random.bytes(2 + random.below(600));
  const sdSize = 1 + random.below(firmware.length - 1);
  const isPair = kind === 'softdevice_bootloader';
  const type = isPair
    ? 'softdeviceBootloader'
    : kind === 'application' && random.oneIn(3)
      ? 'externalApplication'
      : kind;
  const init = initCommandFor(type, firmware, {
    fwVersion: anyWord(random),
    hwVersion: anyWord(random),
    sdReq: Array.from({ length: 1 + random.below(15) }, () => anyWord(random)),
    isDebug: random.oneIn(2),
    ...(isPair ? { sdSize, blSize: firmware.length - sdSize } : {}),
    bootValidation: anyValidations(random, isPair ? firmware.subarray(0, sdSize) : firmware, key),
  });
  return { kind, name: `${kind}_${random.below(100)}`, firmware, init };
}

/** Images of a package that holds in every respect. */
export function anyImages(random: Draw, key: DfuSigningKey): readonly DfuImageRequest[] {
  return random.pick(CONTENTS).map((kind) => anyImage(random, kind, key));
}
