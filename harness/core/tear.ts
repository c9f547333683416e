/** Every way an interrupted operation can leave its target, simplest first. `before` and `after` are the boundaries. */
export const TEARS = [
  'before',
  'after',
  'prefix',
  'half-programmed',
  'weak-bits',
  'partial-erase',
  'weak-erase',
  'preprogrammed',
] as const;

/** How an interrupted flash operation leaves its target: a boundary, or one of the models in `TEAR_MODELS`. */
export type Tear = (typeof TEARS)[number];

/** Tears at whose end the interrupted operation is whole: what simulators that cut between operations try. */
export const BOUNDARIES = ['before', 'after'] as const satisfies readonly Tear[];

/** What an operation does to flash or fuses. */
export type OperationKind = 'write' | 'erase' | 'fuse';

/** Which flash a chip has: the nRF52's own behind its NVMC, or a serial NOR chip. */
export type FlashKind = 'nrf52-nvmc' | 'spi-nor';

/** A way of tearing, and why silicon does so. */
export interface TearModel {
  readonly tear: Tear;
  readonly title: string;
  readonly operations: readonly OperationKind[];
  readonly flash: readonly FlashKind[];
  /** Whether a seed decides how it turns out. */
  readonly seeded: boolean;
  /** What happens in the cells, one sentence. */
  readonly physics: string;
  /** Where this was described or seen. */
  readonly source: string;
}

const EVERY_FLASH: readonly FlashKind[] = ['nrf52-nvmc', 'spi-nor'];
const EVERY_OPERATION: readonly OperationKind[] = ['write', 'erase', 'fuse'];

/** The models, by name. */
export const TEAR_MODELS: Readonly<Record<Tear, TearModel>> = {
  before: {
    tear: 'before',
    title: 'not begun',
    operations: EVERY_OPERATION,
    flash: EVERY_FLASH,
    seeded: false,
    physics: 'Power goes before the first pulse, and no cell has changed.',
    source: 'the boundary that every simulator cuts at',
  },
  after: {
    tear: 'after',
    title: 'complete',
    operations: EVERY_OPERATION,
    flash: EVERY_FLASH,
    seeded: false,
    physics: 'Power goes once the last cell is verified, and the operation is whole.',
    source: 'the boundary that every simulator cuts at',
  },
  prefix: {
    tear: 'prefix',
    title: 'first words written',
    operations: ['write'],
    flash: EVERY_FLASH,
    seeded: true,
    physics:
      'Cells are programmed in address order, a word at a time behind the NVMC and a byte at a time in a serial chip; power goes between two of them.',
    source: 'MCUboot issue 2108: a write of more than one word is not atomic; issue 1966',
  },
  'half-programmed': {
    tear: 'half-programmed',
    title: 'some bits of the last word written',
    operations: ['write', 'fuse'],
    flash: EVERY_FLASH,
    seeded: true,
    physics:
      'The bits programmed together (a word behind the NVMC, a page program of at most 256 bytes in a serial chip, the bits of a fuse word) reach their threshold at different times, so that some are cleared and the others not.',
    source: 'MCUboot pull request 2793: write alignment is no promise of atomicity when power fails',
  },
  'weak-bits': {
    tear: 'weak-bits',
    title: 'weakly written bits, reading differently at each boot',
    operations: ['write', 'fuse'],
    flash: EVERY_FLASH,
    seeded: true,
    physics:
      'A program pulse cut short leaves charge near the sense level, so that a bit reads as written at one boot and as not written at the next, until it is programmed again or erased.',
    source: 'linux-mtd, October 2011, "UBIFS recovery fails": bits unstable after a cut read well at first',
  },
  'partial-erase': {
    tear: 'partial-erase',
    title: 'page erased in part, bits raised at random',
    operations: ['erase'],
    flash: EVERY_FLASH,
    seeded: true,
    physics:
      'All cells of a page are erased together and lose their charge at different speeds; when power goes (also while the erase is suspended for a read) some bits are raised and the others not.',
    source:
      'nRF52840 Product Specification, NVMC: content is undefined until the erase time has been reached',
  },
  'weak-erase': {
    tear: 'weak-erase',
    title: 'erase that reads blank and loses bits later',
    operations: ['erase'],
    flash: EVERY_FLASH,
    seeded: true,
    physics:
      'The erase is cut before its last pulses: every cell reads erased, some only just, and these fall back to what was programmed before as boots go by, until the page is erased again.',
    source:
      'linux-mtd, October 2011, "UBIFS recovery fails": pages erased during a cut are unstable, not blank',
  },
  preprogrammed: {
    tear: 'preprogrammed',
    title: 'erase that had only cleared bits so far',
    operations: ['erase'],
    flash: ['spi-nor'],
    seeded: true,
    physics:
      'Before the erase pulse a NOR chip programs all cells of the sector, so that none is over-erased; power goes in that step and bits that were set are clear.',
    source:
      'linux-mtd, July 2009, "UBIFS Corrupt during power failure": zeros in NOR sectors after a cut erase',
  },
};

/** Whether a way of tearing can befall an operation of this kind on this flash. */
export function tearFits(tear: Tear, operation: OperationKind, flash: FlashKind): boolean {
  const { operations, flash: known } = TEAR_MODELS[tear];
  return operations.includes(operation) && known.includes(flash);
}
