import { bytesToHex } from '@noble/hashes/utils.js';
import { isDfuDefect } from '#codecs/dfu-defect.ts';
import { type InitPacket, parseInitPacket } from '#codecs/dfu-init-packet.ts';
import type { DfuKind } from '#codecs/dfu-manifest.ts';
import type { DfuImage, DfuPackage } from '#codecs/dfu-package.ts';

const KINDS: Readonly<Record<DfuKind, string>> = {
  softdevice_bootloader: 'sd_bl',
  softdevice: 'softdevice',
  bootloader: 'bootloader',
  application: 'application',
};
const TYPES = ['APPLICATION', 'SOFTDEVICE', 'BOOTLOADER', 'SOFTDEVICE_BOOTLOADER', 'EXTERNAL_APPLICATION'];
const HASHES = ['NONE', 'CRC', 'SHA128', 'SHA256', 'SHA512'];
const VALIDATIONS = [
  'NO_VALIDATION',
  'VALIDATE_GENERATED_CRC',
  'VALIDATE_GENERATED_SHA256',
  'VALIDATE_ECDSA_P256_SHA256',
];

/** What `nrfutil pkg display` says of a package, out of our own reading of it. */
export function packageDisplay({ images }: DfuPackage): string {
  const head = `\nDFU Package: <FILE>:\n|\n|- Image count: ${images.length}\n`;
  return head + images.map(imageDisplay).join('');
}

function imageDisplay({ entry, dat }: DfuImage, index: number): string {
  const packet = parseInitPacket(dat);
  if (isDfuDefect(packet)) return JSON.stringify(packet);
  return [
    '|',
    `|- Image #${index}:`,
    `   |- Type: ${KINDS[entry.kind]}`,
    `   |- Image file: ${entry.binFile}`,
    `   |- Init packet file: ${entry.datFile}`,
    ...packetLines(packet).map((line) => `      |${line === '' ? '' : `- ${line}`}`),
    '\n',
  ].join('\n');
}

function packetLines({ init, signature }: InitPacket): readonly string[] {
  const version = (value: number | null) =>
    `0x${(value ?? 0).toString(16).toUpperCase().padStart(8, '0')} (${value ?? 0})`;
  const required = init.sdReq.map((id) => `0x${id.toString(16).toUpperCase().padStart(2, '0')}`);
  return [
    '',
    'op_code: INIT',
    `signature_type: ${signature === null ? 'UNSIGNED' : 'ECDSA_P256_SHA256'}`,
    `signature (little-endian): ${signature === null ? 'N/A' : python(signature.bytes)}`,
    '',
    `fw_version: ${version(init.fwVersion)}`,
    `hw_version ${version(init.hwVersion)}`,
    `sd_req: ${required.join(', ')}`,
    `type: ${TYPES[init.type ?? 0]}`,
    `sd_size: ${init.sdSize}`,
    `bl_size: ${init.blSize}`,
    `app_size: ${init.appSize}`,
    '',
    `hash_type: ${HASHES[init.hash?.type ?? 0]}`,
    `hash (little-endian): ${python(init.hash?.bytes ?? new Uint8Array())}`,
    '',
    `boot_validation_type: [${init.bootValidation.map(({ type }) => `'${VALIDATIONS[type]}'`).join(', ')}]`,
    `boot_validation_signature (little-endian): [${init.bootValidation.map(({ bytes }) => python(bytes)).join(', ')}]`,
    '',
    `is_debug: ${init.isDebug === true ? 'True' : 'False'}`,
  ];
}

/** Bytes in hexadecimal, as Python prints a bytes object. */
function python(bytes: Uint8Array): string {
  return `b'${bytesToHex(bytes)}'`;
}
