import { boundaries } from '#fuzz/mutate.ts';

/** Fields that are written as told here, by path, whatever follows from the rest: a lied length stays a lie. */
export type Overrides = Readonly<Record<string, number | Uint8Array>>;

/** One field of a message: what it holds, or would. */
export type MessageField =
  | {
      readonly path: string;
      readonly kind: 'number' | 'size';
      readonly bits: 8 | 16 | 32;
      readonly value: number;
    }
  | { readonly path: string; readonly kind: 'bytes'; readonly value: Uint8Array };

/** A message of a service, sound as it is, any field of which can be overridden. */
export interface Overridable {
  readonly name: string;
  readonly fields: readonly MessageField[];
  encode(overrides?: Overrides): Uint8Array;
}

/** A message with something done to it. */
export interface Variant {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Lengths around the buffers that services have for names, keys and whole values. */
const LENGTHS = [0, 1, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 384, 500] as const;

/** The message with each field overridden by what breaks arithmetic, one field at a time. */
export function overridden(message: Overridable): readonly Variant[] {
  return message.fields.flatMap((field) =>
    field.kind === 'bytes'
      ? LENGTHS.filter((length) => length !== field.value.length).map((length) => ({
          name: `${message.name}, ${field.path} of ${length} bytes`,
          bytes: message.encode({ [field.path]: resized(field.value, length) }),
        }))
      : boundaries(field.bits, field.value).map((value) => ({
          name: `${message.name}, ${field.path} = ${value}`,
          bytes: message.encode({ [field.path]: value }),
        })),
  );
}

/** As long as wanted: its own bytes, again and again. */
function resized(bytes: Uint8Array, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => bytes[index % Math.max(1, bytes.length)] ?? 0x41);
}
