import { defineBench } from '#core/rig.ts';
import { profileWith } from '#virtual/mcuboot/profile.ts';
import { virtualNrf52840Dk } from '../nrf52840-dk/virtual.ts';

/** The virtual nRF52840 DK with MCUboot in each of its modes, and with less than all of its protections. */
export const bench = defineBench({
  id: 'virtual-modes',
  title: 'Virtual bench of MCUboot modes',
  boards: [
    virtualNrf52840Dk(profileWith({ mode: 'swap-using-scratch' })),
    virtualNrf52840Dk(profileWith({ mode: 'swap-using-offset' })),
    virtualNrf52840Dk(profileWith({ mode: 'overwrite-only' })),
    virtualNrf52840Dk(profileWith({ mode: 'overwrite-only-fast' })),
    virtualNrf52840Dk(profileWith({ mode: 'direct-xip' })),
    virtualNrf52840Dk(profileWith({ mode: 'direct-xip-revert' })),
    virtualNrf52840Dk(profileWith({ mode: 'ram-load' })),
    virtualNrf52840Dk(profileWith({ encryption: { kind: 'ec256', bits: 128 } })),
    virtualNrf52840Dk(profileWith({ images: 2 })),
    virtualNrf52840Dk(profileWith({ validatePrimary: false })),
    virtualNrf52840Dk(profileWith({ downgradePrevention: 'security-counter', hardwareCounter: false })),
    virtualNrf52840Dk(profileWith({ downgradePrevention: 'none', hardwareCounter: false })),
  ],
});
