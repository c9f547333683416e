import type { ProbedWord } from '#drivers/probe/gdb-probe.ts';

/** Flash of the nRF51822 (QFAA): 256 KiB in pages of 1 KiB, programmed by words. */
export const flash = { size: 0x40000, page: 0x400, word: 4 } as const;

/** Words that tell of the chip and its protection (nRF51 Series Reference Manual, "FICR" and "UICR"). */
export const CHIP_WORDS: readonly ProbedWord[] = [
  { name: 'FICR.CODEPAGESIZE', address: 0x1000_0010 },
  { name: 'FICR.CODESIZE', address: 0x1000_0014 },
  { name: 'FICR.DEVICEID[0]', address: 0x1000_0060 },
  { name: 'FICR.DEVICEID[1]', address: 0x1000_0064 },
  { name: 'UICR.CLENR0', address: 0x1000_1000 },
  { name: 'UICR.RBPCONF', address: 0x1000_1004 },
  { name: 'UICR.BOOTLOADERADDR', address: 0x1000_1014 },
];
