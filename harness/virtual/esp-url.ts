const PARTS = /^(https?):\/\/(\[[0-9A-Fa-f:]+\]|[\w.-]+)(?::(\d{1,5}))?(\/.*)$/i;

/** Where a URL leads to. */
export interface UrlPlace {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

/** The parts of a URL of HTTP or HTTPS; null for any other. */
export function placeOf(url: string): UrlPlace | null {
  const parts = PARTS.exec(url);
  const secure = parts?.[1]?.toLowerCase() === 'https';
  const port = Number(parts?.[3] ?? (secure ? 443 : 80));
  if (!parts || port < 1 || port > 0xffff) return null;
  return { secure, host: (parts[2] ?? '').replaceAll(/[[\]]/g, ''), port, path: parts[4] ?? '/' };
}

/** Default of esp_http_client (`max_redirection_count`). */
const MOST_REDIRECTS = 10;

/** Where a redirect of an HTTPS server leads to, after so many before it; or why it is not followed. */
export function redirectFrom(
  from: UrlPlace,
  location: string,
  before: number,
  flaws: ReadonlySet<string>,
): UrlPlace | string {
  const relative = location.startsWith('/') && !location.startsWith('//');
  const place = placeOf(relative ? `https://${from.host}:${from.port}${location}` : location);
  if (place === null) return 'redirect to no address of HTTP';
  if (!place.secure && !flaws.has('http/redirect-to-plain')) return 'redirect from HTTPS to plain HTTP';
  const isOneTooMany = before >= MOST_REDIRECTS && !flaws.has('http/redirects-without-limit');
  return isOneTooMany ? 'too many redirects' : place;
}
