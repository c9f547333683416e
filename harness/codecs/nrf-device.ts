/** A 32-bit word of a chip, by its name in the vendor's specification. */
export interface ChipWord {
  readonly name: string;
  readonly address: number;
}

/** Words that tell of an nRF52 and its protection (nRF52840 and nRF52832 Product Specification, FICR and UICR). */
export const NRF52_WORDS: readonly ChipWord[] = [
  { name: 'FICR.CODEPAGESIZE', address: 0x1000_0010 },
  { name: 'FICR.CODESIZE', address: 0x1000_0014 },
  { name: 'FICR.DEVICEID[0]', address: 0x1000_0060 },
  { name: 'FICR.DEVICEID[1]', address: 0x1000_0064 },
  { name: 'FICR.INFO.PART', address: 0x1000_0100 },
  { name: 'FICR.INFO.VARIANT', address: 0x1000_0104 },
  { name: 'FICR.FAMILY', address: 0x1000_0130 },
  { name: 'FICR.REVISION', address: 0x1000_0134 },
  { name: 'UICR.NRFFW[0]', address: 0x1000_1014 },
  { name: 'UICR.NRFFW[1]', address: 0x1000_1018 },
  { name: 'UICR.PSELRESET[0]', address: 0x1000_1200 },
  { name: 'UICR.PSELRESET[1]', address: 0x1000_1204 },
  { name: 'UICR.APPROTECT', address: 0x1000_1208 },
];

/** First silicon revision of each family whose debug port is closed unless firmware opens it (nrfx, anomaly 249). */
const CLOSED_FROM: Readonly<Record<number, number>> = {
  0x06: 7,
  0x08: 5,
  0x0a: 2,
  0x0d: 1,
  0x0e: 1,
  0x0f: 1,
  0x10: 3,
};

export type ChipWords = Readonly<Record<string, number>>;

/** Words as the report's device block shows them, with what they mean for the debug port. */
export function nrfDeviceBlock(words: ChipWords): Readonly<Record<string, string>> {
  const shown = Object.fromEntries(Object.entries(words).map(([name, word]) => [name, hex(word)]));
  const port = debugPort(words);
  return port === null ? shown : { ...shown, 'debug port': port };
}

/** `FICR.DEVICEID`, 64 bits as hex, out of a device block; null where it was not read. */
export function nrfChipId(block: Readonly<Record<string, string>>): string | null {
  const [low, high] = [block['FICR.DEVICEID[0]'], block['FICR.DEVICEID[1]']];
  if (low === undefined || high === undefined) return null;
  return `${high}${low}`.replaceAll('0x', '');
}

/** What `UICR.APPROTECT` does on this silicon; null where the words were not read. */
function debugPort(words: ChipWords): string | null {
  const { 'UICR.APPROTECT': approtect, 'FICR.FAMILY': family, 'FICR.REVISION': revision } = words;
  if (approtect === undefined || family === undefined || revision === undefined) return null;
  const low = approtect & 0xff;
  const from = CLOSED_FROM[family];
  if (from === undefined) return `silicon of family 0x${family.toString(16)} is not known here`;
  if (revision >= from) {
    return low === 0x5a
      ? 'open while the firmware opens it at each boot'
      : 'closed at the next reset (UICR.APPROTECT is not 0x5A)';
  }
  return low === 0xff ? 'open (old silicon, UICR.APPROTECT blank)' : 'closed at the next reset (old silicon)';
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
}
