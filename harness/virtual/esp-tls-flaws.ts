import type { Flaw } from '#core/rig.ts';

const FAMILY = 'fuzzed-wireless';

/** Mistakes of configuration and of redirects that the application's HTTPS can be built with. */
export const espTlsFlaws: readonly Flaw[] = [
  {
    id: 'tls/certificate-not-checked',
    family: FAMILY,
    title: 'The certificate of the server is not checked',
    story:
      'The client was given no authority and told to go on all the same, as examples and forums advise. ' +
      'Whoever answers in the place of the server is believed.',
    cwe: 'CWE-295',
  },
  {
    id: 'tls/host-not-checked',
    family: FAMILY,
    title: 'The name in the certificate is not compared',
    story:
      'With `skip_cert_common_name_check` left on from the bench, the certificate of any host of the same authority will do.',
    cwe: 'CWE-297',
  },
  {
    id: 'tls/expired-accepted',
    family: FAMILY,
    title: 'The validity of certificates is not looked at',
    story:
      'mbedTLS is built without MBEDTLS_HAVE_TIME_DATE where a device has no clock, and expired or future certificates pass for good.',
    cwe: 'CWE-298',
  },
  {
    id: 'tls/old-version-accepted',
    family: FAMILY,
    title: 'TLS 1.0 and 1.1 are still spoken',
    story: 'Old versions were left on for one old server, and every other one may choose them too.',
    cwe: 'CWE-757',
  },
  {
    id: 'tls/weak-suite-accepted',
    family: FAMILY,
    title: 'Suites without encryption or without a certificate are accepted',
    story:
      'A list of every suite the library knows was taken over, the anonymous ones and those without encryption among them.',
    cwe: 'CWE-327',
  },
  {
    id: 'tls/handshake-no-timeout',
    family: FAMILY,
    title: 'A server that stops inside the handshake stops the application',
    story:
      'Timers run from the first byte of the answer on; a handshake that never ends is outside all of them.',
    cwe: 'CWE-400',
  },
  {
    id: 'http/redirect-to-plain',
    family: FAMILY,
    title: 'A redirect from HTTPS to plain HTTP is followed',
    story:
      'The scheme of the new address is not looked at, so that one answer takes the rest of the update out of TLS. ' +
      'esp_http_client did so until 2026.',
    cwe: 'CWE-319',
  },
  {
    id: 'http/redirects-without-limit',
    family: FAMILY,
    title: 'Redirects are followed without counting them',
    story: 'Two servers that point at each other keep the device busy as long as they like.',
    cwe: 'CWE-835',
  },
];
