import type { TestKeys } from '#core/board.ts';
import { developmentKey, testSigningKey } from '#codecs/mcuboot-key.ts';

/**
 * PUBLIC TEST KEYS: anybody can derive them from their labels. The bench's boot loader is built with `signing`; never
 * build one for a product with it.
 */
export const testKeys: TestKeys = {
  signing: testSigningKey('nrf52840-dk signing'),
  foreign: testSigningKey('nrf52840-dk foreign'),
  vendorDevelopment: developmentKey(),
};

/** Another public test key: update images are encrypted for it where the boot loader can decrypt. PKCS#8 PEM. */
export const encryptionPem = testSigningKey('nrf52840-dk encryption').pem;
