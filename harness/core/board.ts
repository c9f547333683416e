import type { FlashNote } from '#core/flash-map.ts';
import type { Image, ImageSpec } from '#core/image.ts';
import type { Oddity } from '#core/oddity.ts';

/** A named part of the address space of the board's flash. */
export interface FlashArea {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** What the boot loader and application of a board are configured to defend against; decides what is expected. */
export interface Protections {
  /** An unconfirmed image is given up at the next reset. */
  readonly rollback: boolean;
  /** Which comparison refuses an older image. */
  readonly downgradeByVersion: boolean;
  readonly comparesBuildNumber: boolean;
  /** Whether an image of the very version that runs may be installed again. */
  readonly acceptsEqualVersion: boolean;
  readonly downgradeByCounter: boolean;
  /** A counter in fuses or protected storage that survives an erase of all slots. */
  readonly hardwareCounter: boolean;
  readonly signature: boolean;
  /** Watchdog limit in ms for an application that hangs; null: no watchdog. */
  readonly watchdogMs: number | null;
}

/** Key material of a bench board: test keys only, never a product's. PEM or raw bytes, as the board's format wants. */
export interface TestKeys {
  readonly signing: SigningKey;
  /** Another key of the same type that the board must not trust. */
  readonly foreign: SigningKey;
  /** A key that the board trusted once, where keys can be revoked; elsewhere one that it never knew. */
  readonly revoked?: SigningKey;
  /** The vendor's published development key, where the format has one. */
  readonly vendorDevelopment?: SigningKey;
}

/** A private key for test images. Its text must not reach logs, evidence or reports; `id` may. */
export interface SigningKey {
  readonly type: 'rsa-2048' | 'rsa-3072' | 'ecdsa-p192' | 'ecdsa-p256' | 'ecdsa-p384' | 'ed25519';
  /** Hex of the public key's digest as the format uses it (MCUboot KEYHASH, Secure Boot V2 key digest). */
  readonly id: string;
  /** PKCS#8 PEM. */
  readonly pem: string;
}

/** Which image a board boots is decided by these bytes. */
export interface Firmware {
  readonly format: 'mcuboot' | 'esp-idf';
  readonly keys: TestKeys;
  /** Product name that a sound board insists on. */
  readonly product: string;
  readonly goldenSpec: ImageSpec;
  /** The image that runs, confirmed, when a scenario starts. */
  readonly golden: Image;
  /** Bytes of a slot. */
  readonly slotSize: number;
  /** Largest image that the boot loader has room for in a slot; the slot’s size where left out. */
  readonly maxImageSize?: number;
  build(spec: ImageSpec): Image;
  /** The same without encryption, where `build` encrypts: what a forger starts from, who has no use for a key. */
  readonly buildReadable?: (spec: ImageSpec) => Image;
}

/** What a board is: everything a suite may know of it. */
export interface BoardFacts {
  /** Kebab-case, unique in a bench: `nrf52840-dk`. */
  readonly id: string;
  readonly title: string;
  readonly soc: string;
  readonly bootloader: {
    /** `none`: the application is all there is, and nothing updates it. */
    readonly kind: 'mcuboot' | 'esp-idf' | 'none';
    readonly mode: string;
    readonly version: string;
  };
  readonly flash: { readonly size: number; readonly page: number; readonly word: number };
  readonly areas: readonly FlashArea[];
  /** Name of the area an update is written to while the golden image runs. */
  readonly updateArea: string;
  /** Bytes into that area at which an update begins; 0 where left out. */
  readonly updateOffset?: number;
  readonly protections: Protections;
  /** Area that golden runs from, where the boot loader checks all that is in it at every start; left out: it does not. */
  readonly checkedArea?: string;
  readonly firmware: Firmware;
  /** Ways an update can be offered here: `smp`, `https`, ... */
  readonly updatePaths: readonly string[];
  /** Whether the rig counts flash operations, so that power can be cut at a chosen one; else cuts go by time. */
  readonly countsOperations: boolean;
  /** Protocols on the wireless or management interface that can be fuzzed. */
  readonly inputs: readonly InputProtocol[];
  /** What the board is reached and asked by over Bluetooth LE; left out: it has none. */
  readonly ble?: BleFacts;
  /** Where the application fetches from by HTTPS: the name that the server's certificate must carry, and the authority trusted. */
  readonly updateServer?: { readonly host: string; readonly authority: string };
  /** Documented behaviour of the boot loader that power cuts bring out; none where left out. */
  readonly oddities?: readonly Oddity[];
  /** Decodes what the boot loader keeps in flash: trailers, boot records. */
  readonly readRecords?: (flash: Uint8Array) => readonly FlashNote[];
}

/** A Bluetooth LE peripheral: its address, and the handles of its GATT database that input is made for. */
export interface BleFacts {
  /** `C4:11:22:33:44:55`, with `/public` behind it where it is no random address. */
  readonly address: string;
  /** Of a value that anybody may read. */
  readonly readable: number;
  /** Of a value that anybody may write. */
  readonly writable: number;
  /** Of a value that needs encryption, with its client configuration behind it; null: there is none. */
  readonly protectedValue: number | null;
  /** Of Client Supported Features (2B29); left out: it has none. */
  readonly clientFeatures?: number;
  /** Services by UUID, with the handles of their values; those that have a grammar are attacked by it. Left out: none. */
  readonly services?: readonly BleServiceFacts[];
  /** What it promises of its pairing; left out: whole keys and secure connections alone, as NIST SP 800-121 asks for. */
  readonly pairing?: { readonly leastKeySize: number; readonly secureConnectionsOnly: boolean };
}

/** A service of a Bluetooth LE peripheral. */
export interface BleServiceFacts {
  readonly uuid: string;
  readonly characteristics: readonly { readonly uuid: string; readonly handle: number }[];
}

/** A protocol that hostile input can be sent over. */
export type InputProtocol = 'smp' | 'mqtt' | 'http' | 'https' | 'coap' | 'mdns' | 'ble';
