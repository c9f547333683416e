import { chromium, type Browser } from 'playwright-core';
import { findChromium } from '../pdf/find-chromium.ts';

/** A browser for tests, or undefined where this machine has none; then the reason is printed by whoever skips. */
export async function testBrowser(): Promise<Browser | undefined> {
  const found = findChromium();
  if ('missing' in found) return undefined;
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: found.path, args });
}
