import type { Protections } from '#core/board.ts';
import type { TrailerShape } from '#codecs/mcuboot-trailer.ts';
import { keptLength } from '#virtual/mcuboot/key-entry.ts';

/** How an update gets to where it runs, as Zephyr's Kconfig chooses it; `-fast` and `-revert` are options of their mode. */
export type BootModeName =
  | 'swap-using-scratch'
  | 'swap-using-move'
  | 'swap-using-offset'
  | 'overwrite-only'
  | 'overwrite-only-fast'
  | 'direct-xip'
  | 'direct-xip-revert'
  | 'ram-load'
  | 'ram-load-revert';

/** How an image's key travels where images are encrypted. */
export type EncryptionKind = 'rsa' | 'kw' | 'ec256' | 'x25519';

/** How images are encrypted on their way to the primary slot. */
export interface Encryption {
  readonly kind: EncryptionKind;
  /** BOOT_ENCRYPT_ALG_AES_128 or _AES_256. */
  readonly bits: 128 | 256;
  /** BOOT_SWAP_SAVE_ENCTLV: a swap keeps the entries that bring the keys, and not the keys as they are. */
  readonly keepsEntry?: boolean;
}

/** What a user sets when MCUboot is built. */
export interface McubootProfile {
  /** BOOT_SWAP_USING_SCRATCH, _MOVE, _OFFSET, BOOT_UPGRADE_ONLY, BOOT_DIRECT_XIP(_REVERT), BOOT_RAM_LOAD(_REVERT). */
  readonly mode: BootModeName;
  /** BOOT_VALIDATE_SLOT0: the image that runs is validated at every boot. */
  readonly validatePrimary: boolean;
  /** MCUBOOT_DOWNGRADE_PREVENTION, and _SECURITY_COUNTER: what an update is compared by before it is installed. */
  readonly downgradePrevention: 'none' | 'version' | 'security-counter';
  /** MCUBOOT_VERSION_CMP_USE_BUILD_NUMBER. */
  readonly comparesBuildNumber: boolean;
  /** MCUBOOT_HW_ROLLBACK_PROT: a counter in one-time words, which every image has to reach. */
  readonly hardwareCounter: boolean;
  /** BOOT_SIGNATURE_TYPE_ECDSA_P256 or _RSA with keys of 2048 bits; null: BOOT_SIGNATURE_TYPE_NONE. */
  readonly signature: 'ecdsa-p256' | 'rsa-2048' | null;
  /** UPDATEABLE_IMAGE_NUMBER. */
  readonly images: 1 | 2;
  /** BOOT_ENCRYPT_*; null: images are plain. */
  readonly encryption: Encryption | null;
  /** BOOT_MAX_ALIGN: 8, 16 or 32. */
  readonly maxAlign: number;
  /** BOOT_MAX_IMG_SECTORS. */
  readonly maxSectors: number;
  /** Bytes of the scratch partition; swap-using-scratch alone has one. */
  readonly scratchSize: number;
  /** MCUBOOT_SERIAL. */
  readonly serialRecovery: boolean;
}

/** Everything MCUboot offers against old and foreign images, turned on; swaps by moving. */
export const SOUND_PROFILE: McubootProfile = {
  mode: 'swap-using-move',
  validatePrimary: true,
  downgradePrevention: 'version',
  comparesBuildNumber: true,
  hardwareCounter: true,
  signature: 'ecdsa-p256',
  images: 1,
  encryption: null,
  maxAlign: 8,
  maxSectors: 128,
  scratchSize: 0x2000,
  serialRecovery: false,
};

/** Numbers of the modes, as the bootloader information of mcumgr gives them. */
export const MODE_NUMBER: Readonly<Record<BootModeName, number>> = {
  'swap-using-scratch': 1,
  'overwrite-only': 2,
  'overwrite-only-fast': 2,
  'swap-using-move': 3,
  'direct-xip': 4,
  'direct-xip-revert': 5,
  'ram-load': 6,
  'ram-load-revert': 6,
  'swap-using-offset': 9,
};

/** Short names of the modes, for the ids of boards. */
const SHORT: Readonly<Record<BootModeName, string>> = {
  'swap-using-scratch': 'scratch',
  'swap-using-move': 'move',
  'swap-using-offset': 'offset',
  'overwrite-only': 'overwrite',
  'overwrite-only-fast': 'overwrite-fast',
  'direct-xip': 'xip',
  'direct-xip-revert': 'xip-revert',
  'ram-load': 'ram-load',
  'ram-load-revert': 'ram-load-revert',
};

/** A profile that differs from the sound one in these options. */
export function profileWith(options: Partial<McubootProfile>): McubootProfile {
  return { ...SOUND_PROFILE, ...options };
}

/** What a profile differs from the sound one in, kebab-case; empty where in nothing. */
export function profileName(profile: McubootProfile): string {
  const { mode, validatePrimary, downgradePrevention, hardwareCounter, signature, images, encryption } =
    profile;
  const differences = [
    mode === SOUND_PROFILE.mode ? null : SHORT[mode],
    validatePrimary ? null : 'unvalidated',
    downgradePrevention === SOUND_PROFILE.downgradePrevention
      ? null
      : NAME_OF_PREVENTION[downgradePrevention],
    hardwareCounter ? null : 'no-hardware-counter',
    signature === null ? 'unsigned' : NAME_OF_SIGNATURE[signature],
    images === 1 ? null : 'pair',
    encryption === null ? null : 'encrypted',
    profile.serialRecovery ? 'recovery' : null,
  ];
  return differences.filter((difference) => difference !== null).join('-');
}

const NAME_OF_PREVENTION = {
  none: 'downgradable',
  version: 'version',
  'security-counter': 'software-counter',
} as const;

const NAME_OF_SIGNATURE = { 'ecdsa-p256': null, 'rsa-2048': 'rsa' } as const;

/** Whether the slots are equal: an image runs out of either, or is loaded from either, and nothing is moved. */
export function hasPeers({ mode }: McubootProfile): boolean {
  return mode.startsWith('direct-xip') || mode.startsWith('ram-load');
}

/** What a board with this boot loader is protected against. */
export function protectionsOf(profile: McubootProfile): Omit<Protections, 'watchdogMs'> {
  const { mode, downgradePrevention, comparesBuildNumber, hardwareCounter, signature } = profile;
  const byVersion = comparesVersions(profile);
  return {
    rollback: mode.startsWith('swap') || mode.endsWith('revert'),
    downgradeByVersion: byVersion,
    comparesBuildNumber: byVersion && comparesBuildNumber,
    // Between peers, the slot that runs wins against an equal one.
    acceptsEqualVersion: !hasPeers(profile),
    downgradeByCounter:
      hardwareCounter || (mode.startsWith('swap') && downgradePrevention === 'security-counter'),
    hardwareCounter,
    signature: signature !== null,
  };
}

/** Peers are chosen by their versions, and overwriting knows no other comparison, whichever is asked for. */
function comparesVersions(profile: McubootProfile): boolean {
  const { mode, downgradePrevention } = profile;
  if (downgradePrevention === 'version' || hasPeers(profile)) return true;
  return mode.startsWith('overwrite') && downgradePrevention !== 'none';
}

/** Where the fields of this build's trailers lie, in a slot of any size. */
export function trailerOf(profile: McubootProfile): Omit<TrailerShape, 'slotSize' | 'writeSize'> {
  const { mode, maxAlign, maxSectors, encryption } = profile;
  return {
    maxAlign,
    maxSectors,
    mode: mode === 'swap-using-offset' ? 'swap-offset' : 'swap',
    ...(encryption === null ? {} : { keyLength: keptLength(encryption) }),
  };
}
