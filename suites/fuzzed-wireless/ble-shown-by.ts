/** Flaws that each published attack on LE must show by itself, by the attack's id; those left out show none of ours. */
export const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  'long-write': ['ble/write-length-trusted'],
  'bluedroid-short-requests': ['ble/handle-not-complete'],
  'espressif-overlapping-writes': ['ble/prepared-write-overlap'],
  'zephyr-enhanced-connect': ['ble/enhanced-connect-overflow'],
  'zephyr-short-k-frame': ['ble/short-k-frame'],
  'sweyntooth-truncated-start': ['ble/start-fragment-trusted'],
  'bluedroid-frame-length-ffff': ['ble/frame-length-trusted'],
  'sweyntooth-mtu-twice': ['ble/second-mtu-deadlock'],
  'sweyntooth-key-size': ['ble/key-size-unchecked'],
  'sweyntooth-public-key-in-legacy': ['ble/public-key-in-legacy'],
  'sweyntooth-zero-ltk': ['ble/zero-ltk'],
  'ti-early-encryption': ['ble/early-encryption'],
  'invalid-curve': ['ble/off-curve-key'],
  'nimble-stalled-write': ['ble/stalled-write-spins'],
  'zephyr-disconnect-in-flight': ['ble/disconnect-in-flight'],
  'open-configuration': ['ble/configuration-unprotected'],
};
