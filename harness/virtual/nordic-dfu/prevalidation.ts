import {
  DFU_HASH,
  DFU_SIGNATURE,
  DFU_TYPE,
  type InitCommand,
  type InitPacket,
} from '#codecs/dfu-init-packet.ts';
import { type DfuPublicKey, verifyDfuSignature } from '#codecs/dfu-key.ts';
import type { DfuSettings } from '#codecs/dfu-settings.ts';

/** How the boot loader was built, as far as it decides what it takes. */
export interface DfuProfile {
  readonly key: DfuPublicKey;
  /** NRF_DFU_HW_VERSION. */
  readonly hardwareVersion: number;
  /** NRF_DFU_REQUIRE_SIGNED_APP_UPDATE. */
  readonly signedUpdates: boolean;
  /** NRF_DFU_APP_DOWNGRADE_PREVENTION. */
  readonly downgradePrevention: boolean;
  /** NRF_DFU_APP_ACCEPT_SAME_VERSION. */
  readonly acceptsSameVersion: boolean;
  /** NRF_DFU_SINGLE_BANK_APP_UPDATES: the application that runs is given up before the transfer. */
  readonly singleBank: boolean;
}

/** Why an update is refused, in the order in which the boot loader looks. */
export type DfuRefusal =
  | 'init-packet'
  | 'signature-missing'
  | 'signature-type'
  | 'signature'
  | 'type'
  | 'hash-type'
  | 'hardware-version'
  | 'softdevice'
  | 'version-missing'
  | 'version'
  | 'size'
  | 'no-room'
  | 'hash';

/** Largest init packet (INIT_COMMAND_MAX_SIZE). */
export const INIT_PACKET_LIMIT = 512;
const SIGNATURE_LENGTH = 64;
/** In `sd_req`: the application brings no need of a SoftDevice. */
const OVERWRITES_SOFTDEVICE = 0;

/** Signature and versions of an application's init packet; null where nothing is against it. */
export function prevalidate(
  packet: InitPacket,
  settings: DfuSettings,
  profile: DfuProfile,
): DfuRefusal | null {
  return (
    (profile.signedUpdates ? checkSignature(packet, profile.key) : null) ??
    checkCommand(packet.init, profile) ??
    checkVersion(packet.init, settings, profile)
  );
}

function checkSignature({ signature, signedBytes }: InitPacket, key: DfuPublicKey): DfuRefusal | null {
  if (signature === null) return 'signature-missing';
  if (signature.type !== DFU_SIGNATURE.ecdsaP256) return 'signature-type';
  if (signature.bytes.length !== SIGNATURE_LENGTH) return 'signature';
  return verifyDfuSignature(signedBytes, signature.bytes, key) ? null : 'signature';
}

function checkCommand(init: InitCommand, { hardwareVersion }: DfuProfile): DfuRefusal | null {
  if ((init.type ?? DFU_TYPE.application) !== DFU_TYPE.application) return 'type';
  if (init.hash?.type !== DFU_HASH.sha256) return 'hash-type';
  if (init.hwVersion !== hardwareVersion) return 'hardware-version';
  const [need] = init.sdReq;
  return need === undefined || need === OVERWRITES_SOFTDEVICE ? null : 'softdevice';
}

function checkVersion(init: InitCommand, settings: DfuSettings, profile: DfuProfile): DfuRefusal | null {
  if (!profile.downgradePrevention) return null;
  if (init.fwVersion === null) return 'version-missing';
  const isSame = init.fwVersion === settings.appVersion;
  const isTaken = init.fwVersion > settings.appVersion || (isSame && profile.acceptsSameVersion);
  return isTaken ? null : 'version';
}
