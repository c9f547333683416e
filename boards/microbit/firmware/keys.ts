import type { TestKeys } from '#core/board.ts';
import { developmentKey, testSigningKey } from '#codecs/mcuboot-key.ts';

/** PUBLIC TEST KEYS: anybody can derive them. The reference boot loaders trust `signing`; no product ever should. */
export const firmwareKeys: TestKeys = {
  signing: testSigningKey('reference firmware signing'),
  foreign: testSigningKey('reference firmware foreign'),
  vendorDevelopment: developmentKey(),
};
