/** A server answers with an error: the code, and the handle that it is about. */
export class AttRefusal extends Error {
  override readonly name = 'AttRefusal';
  readonly code: number;
  readonly handle: number;

  constructor(code: number, handle: number) {
    super(`ATT error ${code} at handle ${handle}`);
    this.code = code;
    this.handle = handle;
  }
}
