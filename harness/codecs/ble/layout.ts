/** A number; multi-byte numbers are little-endian, as everywhere in Bluetooth. */
export interface NumberField<N extends string = string> {
  readonly kind: 'number';
  readonly name: N;
  readonly width: 1 | 2 | 3 | 4;
  readonly signed: boolean;
}

/** A fixed number of bytes. */
export interface BytesField<N extends string = string> {
  readonly kind: 'bytes';
  readonly name: N;
  readonly length: number;
}

/** As many bytes as its length field says; without one, all that are left. */
export interface BlobField<N extends string = string> {
  readonly kind: 'blob';
  readonly name: N;
}

/** Bytes of a blob, or entries of a list, that comes later; written by the encoder, checked by the decoder. */
export interface SizeField {
  readonly kind: 'size';
  readonly name: string;
  readonly width: 1 | 2;
  readonly of: string;
}

/** As many entries as its size field says; without one, as many as are left. */
export interface ListField<N extends string = string, L extends Layout = readonly Field[]> {
  readonly kind: 'list';
  readonly name: N;
  readonly entry: L;
}

export type Field = NumberField | BytesField | BlobField | SizeField | ListField;

/** The fields of a PDU in the order of the wire. */
export type Layout = readonly Field[];

type Named = NumberField | BytesField | BlobField | ListField;

type ValueOf<F> = F extends NumberField
  ? number
  : F extends ListField<string, infer L>
    ? readonly ValuesOf<L>[]
    : Uint8Array;

/** What a PDU of a layout holds; sizes follow from the rest. */
export type ValuesOf<L extends Layout> = {
  readonly [F in Extract<L[number], Named> as F['name']]: ValueOf<F>;
};

/** Fields that are written as told here, whatever follows from the rest: a lied length stays a lie. */
export type Lies = Readonly<Record<string, number | Uint8Array>>;

function number<const N extends string>(width: 1 | 2 | 3 | 4, signed = false): (name: N) => NumberField<N> {
  return (name) => ({ kind: 'number', name, width, signed });
}

export const u8 = <const N extends string>(name: N): NumberField<N> => number<N>(1)(name);
export const i8 = <const N extends string>(name: N): NumberField<N> => number<N>(1, true)(name);
export const u16 = <const N extends string>(name: N): NumberField<N> => number<N>(2)(name);
export const u24 = <const N extends string>(name: N): NumberField<N> => number<N>(3)(name);
export const u32 = <const N extends string>(name: N): NumberField<N> => number<N>(4)(name);

/** A field of exactly so many bytes. */
export const bytes = <const N extends string>(name: N, length: number): BytesField<N> => ({
  kind: 'bytes',
  name,
  length,
});

/** A field as long as its size field says, or as what is left. */
export const blob = <const N extends string>(name: N): BlobField<N> => ({ kind: 'blob', name });

/** The size of a later blob in bytes, or of a later list in entries. */
export const size = (name: string, width: 1 | 2, of: string): SizeField => ({
  kind: 'size',
  name,
  width,
  of,
});

/** A list of equal entries. */
export const list = <const N extends string, const L extends Layout>(name: N, entry: L): ListField<N, L> => ({
  kind: 'list',
  name,
  entry,
});
