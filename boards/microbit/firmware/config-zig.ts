import { InternalError } from '#core/errors.ts';
import { classIdOf } from '#codecs/mcuboot-build.ts';
import { mcubootKey } from '#codecs/mcuboot-key.ts';
import { PAYLOAD_LENGTH } from '#codecs/payload.ts';
import { type FirmwareChip, SMP_BUFFER, WATCHDOG_MS } from './chips.ts';
import { firmwareFlaws, type FlawedPart } from './flaws.ts';
import { codeAddress, HEADER_SIZE, maxImageSize, productOf } from './images.ts';
import { rsaTestKeys } from './keys.ts';

/** Verification of a signature takes 7 KiB; the application needs little, and is to notice when it runs out. */
const STACK: Readonly<Record<FlawedPart, number>> = { boot: 0x2800, app: 0x0a00 };

/** Source of the module `config`: what one build is for, and the one mistake that it makes; '' for none. */
export function configSource(chip: FirmwareChip, flaw: string): string {
  const key = mcubootKey(rsaTestKeys.signing.pem);
  const number = (name: string, type: string, value: number) =>
    `pub const ${name}: ${type} = 0x${value.toString(16)};`;
  return [
    `pub const board = "${chip.board}";`,
    `pub const processor = "${chip.processor.replace('_', '-')}";`,
    number('page', 'u32', chip.flash.page),
    number('slot0', 'u32', chip.slot0.offset),
    number('slot1', 'u32', chip.slot1.offset),
    number('slot_size', 'u32', chip.slot0.size),
    number('max_sectors', 'u32', chip.maxSectors),
    number('counter', 'u32', chip.counter.address),
    number('counter_words', 'u32', chip.counter.words),
    number('pin_tx', 'u5', chip.pins.tx),
    number('pin_rx', 'u5', chip.pins.rx),
    number('pin_button', 'u5', chip.pins.button),
    number('watchdog_ms', 'u32', WATCHDOG_MS),
    number('smp_buffer', 'usize', SMP_BUFFER),
    `pub const flaw = "${flaw}";`,
    `pub const flaws = [_][]const u8{ ${firmwareFlaws.map((each) => `"${each.flaw.id}"`).join(', ')} };`,
    bytes('key_hash', key.keyHash),
    bytes('class_id', classIdOf(productOf(chip))),
    '',
  ].join('\n');
}

/** Source of the module `key`: the modulus that signatures are checked with. InternalError where its exponent is not 3. */
export function keySource(): string {
  const { publicDer } = mcubootKey(rsaTestKeys.signing.pem);
  const end = publicDer.length - EXPONENT.length;
  if (EXPONENT.every((byte, i) => publicDer[end + i] === byte)) {
    return `${bytes('modulus', publicDer.subarray(end - MODULUS, end))}\n`;
  }
  throw new InternalError({
    code: 'firmware-key',
    message: 'the reference firmware cannot check signatures of this key',
    expected: 'RSA-2048 with the public exponent 3',
    remedy: 'make keys.ts anew: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_pubexp:3',
  });
}

/** A public key's DER (RFC 8017, A.1.1) ends with the modulus and this: the exponent, an integer of one byte. */
const EXPONENT = [0x02, 0x01, 0x03];
const MODULUS = 256;

function bytes(name: string, value: Uint8Array): string {
  return `pub const ${name} = [_]u8{ ${[...value].join(', ')} };`;
}

/** What goes in front of sections.ld: the memory that a program may have. */
export function memorySource(chip: FirmwareChip, part: FlawedPart): string {
  const [origin, length] =
    part === 'boot'
      ? [chip.boot.offset, chip.boot.size]
      : [codeAddress(chip), maxImageSize(chip) - HEADER_SIZE - PAYLOAD_LENGTH];
  return [
    'MEMORY {',
    `  FLASH (rx) : ORIGIN = ${origin}, LENGTH = ${length}`,
    `  RAM (rw) : ORIGIN = ${chip.ram.start}, LENGTH = ${chip.ram.size}`,
    '}',
    `STACK_SIZE = ${STACK[part]};`,
    '',
  ].join('\n');
}
