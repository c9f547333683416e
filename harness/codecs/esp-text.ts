/** A text field of a descriptor: its bytes as Latin-1 without trailing NULs, so that every field can be written back. */
export function fieldText(bytes: Uint8Array, at: number, length: number): string {
  let end = at + length;
  while (end > at && bytes[end - 1] === 0) end -= 1;
  return Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('latin1');
}

/** Writes text into its field, cut to the field's length. */
export function putFieldText(bytes: Uint8Array, at: number, length: number, value: string): void {
  bytes.set(Buffer.from(value, 'latin1').subarray(0, length), at);
}
