/** File of the run folder that fixes all others. */
export const SEAL_FILE = 'seal.json';
/** What a bundle says of the files that come after the seal. */
export const BUNDLE_FILE = 'bundle.json';
/** DSSE envelope over the seal. */
export const SIGNATURE_FILE = 'seal.dsse.json';
/** Public key of who signed. */
export const SIGNER_FILE = 'signer.pem';
/** RFC 3161 token over the signature, or over the seal where there is none. */
export const TIME_STAMP_FILE = 'seal.tsr';

/** What is made after the seal, or with it: no seal can hold these, in the order they stand in a bundle. */
export const AFTER_SEAL: readonly string[] = [
  SEAL_FILE,
  BUNDLE_FILE,
  SIGNATURE_FILE,
  SIGNER_FILE,
  TIME_STAMP_FILE,
];
