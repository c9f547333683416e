import type { TlsChecks } from '#virtual/network.ts';

/** Whom the application trusts by HTTPS. */
export interface EspTrust {
  /** Authority compiled into the image, PEM. */
  readonly roots: string;
}

/** How the application's TLS is configured (`esp_http_client_config_t`, mbedTLS options): carefully, but for its flaws. */
export function tlsChecks({ roots }: EspTrust, name: string, flaws: ReadonlySet<string>): TlsChecks {
  const checksChain = !flaws.has('tls/certificate-not-checked');
  return {
    roots,
    name,
    checksChain,
    checksName: checksChain && !flaws.has('tls/host-not-checked'),
    checksTime: !flaws.has('tls/expired-accepted'),
    takesOldVersions: flaws.has('tls/old-version-accepted'),
    takesWeakSuites: flaws.has('tls/weak-suite-accepted'),
  };
}
