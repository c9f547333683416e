import {
  APP_DESCRIPTOR_MAGIC,
  cString,
  decodeAppDescriptor,
  type AppDescriptor,
} from '#codecs/esp-app-desc.ts';
import {
  BOOTLOADER_DESCRIPTOR_MAGIC,
  decodeBootloaderDescriptor,
  type BootloaderDescriptor,
} from '#codecs/esp-bootloader-desc.ts';
import { chipById } from '#codecs/esp-chip.ts';
import { ESP_HEADER_LENGTH, type EspHeader } from '#codecs/esp-header.ts';
import { ESP_SEGMENT_HEADER_LENGTH, type EspImage } from '#codecs/esp-image.ts';

/** What an image says of itself, in plain values for a person and for JSON. Nothing of it is verified. */
export interface EspDescription {
  /** `esp32c3`; null for an id that no chip has. */
  readonly chip: string | null;
  readonly chipId: number;
  readonly entry: number;
  /** `dio`, `80m`, `4MB`; null for a value without a name. */
  readonly flash: {
    readonly mode: string | null;
    readonly frequency: string | null;
    readonly size: string | null;
  };
  /** `1.2`, from major * 100 + minor. */
  readonly minChipRevision: string;
  readonly maxChipRevision: string;
  readonly segments: readonly SegmentDescription[];
  readonly app: AppDescription | null;
  readonly bootloader: BootloaderDescription | null;
}

/** Where a segment goes, and where its data lies in the file. */
export interface SegmentDescription {
  readonly loadAddress: number;
  readonly length: number;
  readonly fileOffset: number;
}

/** The application descriptor in words. */
export interface AppDescription {
  readonly projectName: string;
  readonly version: string;
  readonly secureVersion: number;
  readonly compiled: string;
  readonly idfVersion: string;
  readonly elfSha256: string;
  readonly minEfuseBlockRevision: string;
  readonly maxEfuseBlockRevision: string;
  /** Bytes; null in old builds. */
  readonly mmuPageSize: number | null;
}

/** The boot loader descriptor in words. */
export interface BootloaderDescription {
  readonly version: number;
  readonly secureVersion: number;
  readonly idfVersion: string;
  readonly compiled: string;
}

const MODES = ['qio', 'qout', 'dio', 'dout', 'fast-read', 'slow-read'] as const;
const SIZES = ['1MB', '2MB', '4MB', '8MB', '16MB', '32MB', '64MB', '128MB'] as const;

/** Describes an image; the descriptors are looked for at the start of the first segment, where the loader does. */
export function describeEspImage(image: EspImage): EspDescription {
  const { header } = image;
  const first = image.segments[0]?.data ?? new Uint8Array();
  const app = decodeAppDescriptor(first);
  const bootloader = decodeBootloaderDescriptor(first);
  return {
    chip: chipById(header.chipId)?.name ?? null,
    chipId: header.chipId,
    entry: header.entry,
    flash: flashOf(header),
    minChipRevision: revision(header.minChipRevision),
    maxChipRevision: revision(header.maxChipRevision),
    segments: placed(image),
    app: app?.magic === APP_DESCRIPTOR_MAGIC ? appWords(app) : null,
    bootloader: bootloader?.magic === BOOTLOADER_DESCRIPTOR_MAGIC ? bootloaderWords(bootloader) : null,
  };
}

function flashOf(header: EspHeader): EspDescription['flash'] {
  const frequencies = chipById(header.chipId)?.flashFrequencies ?? {};
  return {
    mode: MODES[header.spiMode] ?? null,
    frequency: frequencies[header.spiSpeed] ?? null,
    size: SIZES[header.spiSize] ?? null,
  };
}

function placed(image: EspImage): readonly SegmentDescription[] {
  let end = ESP_HEADER_LENGTH;
  return image.segments.map(({ loadAddress, length, data }) => {
    const fileOffset = end + ESP_SEGMENT_HEADER_LENGTH;
    end = fileOffset + data.length;
    return { loadAddress, length, fileOffset };
  });
}

function appWords(app: AppDescriptor): AppDescription {
  return {
    projectName: cString(app.projectName),
    version: cString(app.version),
    secureVersion: app.secureVersion,
    compiled: `${cString(app.date)} ${cString(app.time)}`,
    idfVersion: cString(app.idfVersion),
    elfSha256: Buffer.from(app.elfSha256).toString('hex'),
    minEfuseBlockRevision: revision(app.minEfuseBlockRevision),
    maxEfuseBlockRevision: revision(app.maxEfuseBlockRevision),
    mmuPageSize: app.mmuPageSize === 0 ? null : 2 ** app.mmuPageSize,
  };
}

function bootloaderWords(descriptor: BootloaderDescriptor): BootloaderDescription {
  return {
    version: descriptor.version,
    secureVersion: descriptor.secureVersion,
    idfVersion: cString(descriptor.idfVersion),
    compiled: cString(descriptor.dateTime),
  };
}

function revision(value: number): string {
  return `${Math.floor(value / 100)}.${value % 100}`;
}
