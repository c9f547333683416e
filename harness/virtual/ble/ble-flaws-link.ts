import { flawsOf } from '#virtual/flaw.ts';

const flaw = flawsOf('ll', 'fuzzed-wireless');
const nvd = (id: string) => `https://nvd.nist.gov/vuln/detail/CVE-${id}`;

/** Mistakes of a link layer, which only a raw radio brings out. */
export const linkFlaws = [
  flaw(
    'length-trusted',
    'CWE-120',
    'The length of a header is believed',
    'As many bytes are copied as the header says. Cypress PSoC, NXP KW41Z.',
    nvd('2019-16336'),
  ),
  flaw(
    'reserved-kind-trusted',
    'CWE-20',
    'A PDU of the reserved kind is queued',
    'The queue is never emptied of what no kind fits. Cypress, NXP.',
    nvd('2019-17061'),
  ),
  flaw(
    'connect-interval-trusted',
    'CWE-369',
    'An interval or timeout of zero is followed',
    'The next event is at no distance from the last. TI CC2640.',
    nvd('2019-19193'),
  ),
  flaw(
    'connect-truncated',
    'CWE-125',
    'A connection request that ends early is read beyond its end',
    'The parameters are those of whatever came before. TI CC2640.',
    nvd('2019-19193'),
  ),
  flaw(
    'channel-map-trusted',
    'CWE-369',
    'A request without channels is followed',
    'The next channel is found by a remainder of zero. Zephyr, ESP32.',
    nvd('2020-10069'),
  ),
  flaw(
    'access-address-trusted',
    'CWE-20',
    'An access address that none may be is taken',
    'Advertising ends, and no link begins. ESP32.',
    nvd('2025-64342'),
  ),
  flaw(
    'hop-trusted',
    'CWE-20',
    'A hop below five is followed',
    'The channel never changes, and a loop that waits for a change never ends.',
  ),
  flaw(
    'first-anchor-trusted',
    'CWE-617',
    'Sequence bits in the first anchor are taken for a repetition',
    'What was never sent is acknowledged. Zephyr.',
    nvd('2020-10061'),
  ),
  flaw(
    'length-request-repeated',
    'CWE-617',
    'A length request while one is answered runs into an assertion',
    'The procedure’s context is taken already. Zephyr.',
    nvd('2020-10068'),
  ),
  flaw(
    'request-repeated',
    'CWE-617',
    'A control request while one is answered runs into an assertion',
    'The procedure’s context is taken already. Zephyr.',
    nvd('2021-3430'),
  ),
  flaw(
    'version-repeated',
    'CWE-617',
    'A second version indication runs into an assertion',
    'The first one has closed the procedure.',
  ),
  flaw(
    'channel-map-ind-trusted',
    'CWE-369',
    'A map with fewer than two channels is followed',
    'The next channel is found by a remainder of zero. NimBLE before 2026-05.',
  ),
  flaw(
    'update-trusted',
    'CWE-369',
    'An update with an interval out of range is followed',
    'An interval of zero is divided by. Zephyr up to 3.6.',
    nvd('2024-4785'),
  ),
  flaw(
    'phy-instant-trusted',
    'CWE-617',
    'A control PDU before the instant of a PHY update runs into an assertion',
    'Only the update itself is expected until then. Zephyr 3.4 to 4.4.',
    nvd('2026-19740'),
  ),
] as const;
