import {
  BenchError,
  explain,
  InternalError,
  isAssayError,
  PeerError,
  UsageError,
  type AssayError,
  type Complaint,
  type Fault,
} from '#core/errors.ts';

/** An error as plain data, which can cross into another thread or a JSON document. */
export interface WireError {
  readonly fault: Fault;
  readonly code: string;
  readonly message: string;
  readonly expected?: string;
  readonly got?: string;
  readonly remedy: string;
}

const BY_FAULT: Readonly<Record<Fault, new (complaint: Complaint) => AssayError>> = {
  caller: UsageError,
  bench: BenchError,
  peer: PeerError,
  internal: InternalError,
};

/** Any thrown value as plain data. */
export function toWire(error: unknown): WireError {
  if (!isAssayError(error)) {
    const remedy = 'report this with the command and its output';
    return { fault: 'internal', code: 'unexpected', message: explain(error), remedy };
  }
  const { fault, code, message, expected, got, remedy } = error;
  return {
    fault,
    code,
    message,
    remedy,
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
  };
}

/** The error again, on the other side. */
export function fromWire({ fault, ...complaint }: WireError): AssayError {
  return new BY_FAULT[fault](complaint);
}
