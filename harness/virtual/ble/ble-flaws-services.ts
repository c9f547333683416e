import { flawsOf } from '#virtual/flaw.ts';

const FAMILY = 'fuzzed-wireless';
const bluFi = flawsOf('blufi', FAMILY);
const provisioning = flawsOf('provisioning', FAMILY);
const dfu = flawsOf('nordic-dfu', FAMILY);
const nvd = (id: string) => `https://nvd.nist.gov/vuln/detail/CVE-${id}`;

/** Mistakes of BluFi. */
export const bluFiFlaws = [
  bluFi(
    'fragment-total-trusted',
    'CWE-787',
    'Fragments are appended to a buffer of the length that the first announced',
    'Nobody compares what has come with what was announced. ESP-IDF up to 4.2.',
    nvd('2020-16146'),
  ),
  bluFi(
    'parameter-length-trusted',
    'CWE-125',
    'Parameters of a negotiation are copied by a length that came before them',
    'The length is of an earlier frame, and what came is shorter.',
    nvd('2025-55297'),
  ),
  bluFi(
    'credential-length-trusted',
    'CWE-120',
    'A name or password is copied whole',
    'The configuration has 32 and 64 bytes for them; a frame has up to 255.',
    nvd('2025-55297'),
  ),
] as const;

/** Mistakes of provisioning. */
export const provisioningFlaws = [
  provisioning(
    'payload-missing',
    'CWE-476',
    'A security message without its command is followed to nowhere',
    'The kind of the message decides which member is read; whether it is there, nobody looks.',
    nvd('2026-45542'),
  ),
  provisioning(
    'length-trusted',
    'CWE-120',
    'Names and keys of a handshake are copied as long as they come',
    'The buffers are as long as sound ones are.',
    nvd('2026-45542'),
  ),
  provisioning(
    'used-after-end',
    'CWE-416',
    'Endpoints are served after provisioning has ended',
    'The service stays while what it points to is freed.',
    nvd('2026-25507'),
  ),
] as const;

/** Mistakes of Nordic's DFU service. */
export const dfuServiceFlaws = [
  dfu(
    'object-size-trusted',
    'CWE-789',
    'The size of an init packet is believed',
    'The object is created as large as the request says, over what lies behind the buffer.',
  ),
  dfu(
    'piece-past-object',
    'CWE-787',
    'Pieces are written past the object they belong to',
    'The size is compared when the object is executed, and not before.',
  ),
] as const;

/** Mistakes of services that have a grammar of their own. */
export const serviceFlaws = [...bluFiFlaws, ...provisioningFlaws, ...dfuServiceFlaws] as const;
