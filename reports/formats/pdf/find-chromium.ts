import { existsSync } from 'node:fs';

/** A browser to print with, or what a person can do to get one. */
export type Found = { readonly path: string } | { readonly missing: string };

const VARIABLES = ['ASSAY_CHROMIUM', 'CHROME_PATH'] as const;

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];

const PLACES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: [
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
    '/snap/bin/chromium',
    '/opt/google/chrome/chrome',
    '/var/lib/flatpak/exports/bin/org.chromium.Chromium',
  ],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: [
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`,
    String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
  ],
};

const HOW = 'install Chromium or Chrome, or set ASSAY_CHROMIUM to its path';

function onPath(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const [suffix, delimiter] = platform === 'win32' ? ['.exe', ';'] : ['', ':'];
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return NAMES.flatMap((name) => folders.map((folder) => `${folder}/${name}${suffix}`));
}

/**
 * Finds a Chromium: the one that a variable names, else one in the usual places, else one on the path. A variable that
 * names nothing is not passed over: whoever set it should know.
 */
export function findChromium(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): Found {
  for (const variable of VARIABLES) {
    const path = env[variable];
    if (path === undefined || path === '') continue;
    return exists(path) ? { path } : { missing: `${variable} names ${path}, which does not exist; ${HOW}` };
  }
  const path = [...(PLACES[platform] ?? []), ...onPath(env, platform)].find(exists);
  return path === undefined ? { missing: `no Chromium was found on this machine; ${HOW}` } : { path };
}
