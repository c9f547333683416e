import type { BootModeName } from '#virtual/mcuboot/profile.ts';

/** Behaviour of MCUboot itself that makes a sound board look bad: whoever builds it in inherits it. */
export interface McubootOddity {
  readonly id: `mcuboot/${string}`;
  /** Modes that have it. */
  readonly modes: readonly BootModeName[];
  /** What happens and when, for a reader. */
  readonly text: string;
  readonly reference: string;
  /** Whether the twin does the same; else the flaw that makes it do so, since a sound twin does better. */
  readonly twin: 'shows' | `mcuboot/${string}`;
}

const SWAPS = ['swap-using-scratch', 'swap-using-move', 'swap-using-offset'] as const;
const OVERWRITES = ['overwrite-only', 'overwrite-only-fast'] as const;
const TABLE = 'MCUboot boot/bootutil/src/bootutil_public.c: boot_swap_tables; measured on its C code';

/** What is known of MCUboot at the commit that the twin is held against; tests show each. */
export const mcubootOddities = [
  {
    id: 'mcuboot/torn-copy-done',
    modes: SWAPS,
    text: 'The last write of a swap sets copy_done. Torn, the flag reads neither set nor erased, and no line of the table of swap types fits: an update that nobody confirmed is then never given up.',
    reference: TABLE,
    twin: 'shows',
  },
  {
    id: 'mcuboot/consumed-trial',
    modes: SWAPS,
    text: 'A cut between copy_done and the jump uses the trial up: the next boot returns to the old image, although the new one never ran.',
    reference: TABLE,
    twin: 'shows',
  },
  {
    id: 'mcuboot/torn-confirmation',
    modes: SWAPS,
    text: 'A torn image_ok ends the trial, but is not set either: the security counter never follows that image, and a confirmation that is repeated writes nothing.',
    reference:
      'MCUboot boot/bootutil/src/loader.c: boot_update_hw_rollback_protection; bootutil_public.c: boot_set_next',
    twin: 'shows',
  },
  {
    id: 'mcuboot/torn-request',
    modes: [...SWAPS, ...OVERWRITES],
    text: 'A torn magic in the update slot is no request, and every later one fails until the slot is erased: the update has to be transferred again.',
    reference: 'MCUboot boot/bootutil/src/bootutil_public.c: boot_set_next',
    twin: 'shows',
  },
  {
    id: 'mcuboot/final-request-becomes-trial',
    modes: SWAPS,
    text: 'A request for good is written in three steps, the magic first. A cut behind it leaves a request for a trial.',
    reference: 'MCUboot boot/bootutil/src/bootutil_public.c: boot_set_next',
    twin: 'shows',
  },
  {
    id: 'mcuboot/revert-lost-by-two-cuts',
    modes: ['swap-using-move', 'swap-using-offset'],
    text: 'A revert first puts its request into the other slot, unless something stands there. A cut in that write leaves half a magic, which is something and no request; a second cut, once the other trailer is erased, loses the revert: the update that nobody confirmed stays. With several images a cut in the erase of that request does the same, since an interrupted revert begins anew.',
    reference: 'MCUboot boot/bootutil/src/swap_move.c and swap_offset.c: fixup_revert; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/revert-lost-with-scratch',
    modes: ['swap-using-scratch'],
    text: 'A revert moves its journal to scratch and erases the primary trailer. A cut behind that erase makes the next boot begin the journal afresh, which erases scratch; a second cut there leaves no record of the revert: the update that nobody confirmed stays.',
    reference: 'MCUboot boot/bootutil/src/swap_scratch.c: boot_swap_sectors; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/revert-restarted-over-half',
    modes: ['swap-using-offset'],
    text: 'A revert that was cut in its first sector writes its request into the other slot anew when it resumes. A second cut behind that write makes the next boot begin the revert afresh, with an update whose last sector is gone: it cannot be measured any more, and nothing boots, at every start.',
    reference:
      'MCUboot boot/bootutil/src/swap_offset.c: fixup_revert and swap_status_source; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/torn-swap-info-panics',
    modes: ['swap-using-scratch'],
    text: 'While the journal is set up in the primary slot, scratch holds another. A cut inside the write of the swap type leaves half a number there, and one inside the erase of a revert’s trailer can let some of its bits come back; a second cut, once scratch is erased, makes it count, without any magic to vouch for it: a number that no swap has is a panic at every start, and a trial’s may read as final.',
    reference: 'MCUboot boot/bootutil/src/swap_scratch.c: boot_status_tables, last line; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/weak-progress-mark',
    modes: SWAPS,
    text: 'A cut inside the write of a status cell can leave one that reads as written at first and as erased later. The swap is resumed behind it; after a second cut it goes back to that step, whose source holds something else by then, and nothing boots.',
    reference:
      'MCUboot boot/bootutil/src/swap_scratch.c, swap_move.c and swap_offset.c: swap_read_status_bytes',
    twin: 'shows',
  },
  {
    id: 'mcuboot/weak-confirmation',
    modes: SWAPS,
    text: 'A cut inside the write of image_ok can leave a cell that reads as set at first and as erased later. Nothing writes it again, so that an image which was final goes back at some later boot, unless it raised the counter meanwhile. After a revert by offset the way back is the wrong one, and nothing boots.',
    reference:
      'MCUboot boot/bootutil/src/bootutil_public.c: boot_set_next, which writes only what reads as erased',
    twin: 'shows',
  },
  {
    id: 'mcuboot/revert-taken-for-downgrade',
    modes: ['swap-using-move'],
    text: 'The request that a revert puts into the other slot looks like an update for good to the old image. A cut behind it lets downgrade prevention erase the old image, and the update that nobody confirmed stays.',
    reference:
      'MCUboot boot/bootutil/src/loader.c: check_downgrade_prevention after swap_move.c: fixup_revert',
    twin: 'mcuboot/revert-taken-for-downgrade',
  },
  {
    id: 'mcuboot/endless-revert',
    modes: ['swap-using-scratch', 'swap-using-offset'],
    text: 'An update on trial with nothing in the other slot is to be reverted at every boot. Each boot finds nothing to return to and erases the trailer of the empty slot once more, for as long as nobody confirms: one page wears out. Swap using move clears the request instead.',
    reference: 'MCUboot boot/bootutil/src/loader.c: boot_validate_slot; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/damaged-primary-asserts',
    modes: SWAPS,
    text: 'Where the primary image cannot be measured, because its length or its first entry is damaged, a valid update is not installed: an assertion ends the boot, at every start.',
    reference: 'MCUboot boot/bootutil/src/loader.c: boot_swap_image; measured on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/damaged-primary-blocks-update',
    modes: ['swap-using-move', 'swap-using-offset'],
    text: 'Without a readable header in the primary slot a valid update is not even looked at, and nothing boots. Swap using scratch installs it.',
    reference: 'MCUboot boot/bootutil/src/swap_move.c: boot_read_image_header; measured on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/torn-header-refuses-update',
    modes: OVERWRITES,
    text: 'An overwrite begins by erasing and then writing the first sector of the primary slot. Half erased or half written, its header still names a version, a higher one by chance or because erased flash reads as one, and downgrade prevention erases the update: no image is left.',
    reference:
      'MCUboot boot/bootutil/src/loader.c: version check of MCUBOOT_OVERWRITE_ONLY with MCUBOOT_DOWNGRADE_PREVENTION; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/unvalidated-counter-rises',
    modes: [...SWAPS, ...OVERWRITES],
    text: 'Where the primary slot is not validated, its security counter is taken over all the same: one flipped bit in it raises the stored counter for ever, and every sound update is refused as too old.',
    reference:
      'MCUboot boot/bootutil/src/loader.c: boot_update_hw_rollback_protection without MCUBOOT_VALIDATE_PRIMARY_SLOT',
    twin: 'shows',
  },
  {
    id: 'mcuboot/leftover-refuses-update',
    modes: ['swap-using-offset'],
    text: 'After a swap the old image lies at the start of the update slot. An upload that does not erase that first sector, where it writes nothing, is taken for one to the wrong address, and erased.',
    reference: 'MCUboot boot/bootutil/src/loader.c: boot_validate_slot, first_sector_hdr',
    twin: 'shows',
  },
  {
    id: 'mcuboot/erased-primary-counts-as-newest',
    modes: ['swap-using-scratch'],
    text: 'An erased primary slot reads as the highest version there is. Downgrade prevention then erases the update that would have filled it: no image is left.',
    reference:
      'MCUboot boot/bootutil/src/loader.c: check_downgrade_prevention has no test for an erased header, as overwrite-only has; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/keys-left-in-trailer',
    modes: SWAPS,
    text: 'A swap of encrypted images keeps their keys in the primary trailer, readable unless BOOT_SWAP_SAVE_ENCTLV is set, and nothing erases them when it is done: whoever reads that flash reads every copy of the update.',
    reference: 'MCUboot boot/bootutil/src/swap_misc.c: swap_status_init; measured on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/trial-raises-counter',
    modes: ['ram-load-revert'],
    text: 'RAM-load raises the stored security counter for an image on trial, where direct-XIP waits for its confirmation. Where the image is not confirmed it is erased at the next boot, and the old one is refused by the counter and erased too: no image is left.',
    reference:
      'MCUboot boot/bootutil/src/loader.c: boot_update_hw_rollback_protection looks at DIRECT_XIP_REVERT alone; shown on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/torn-confirmation-erases',
    modes: ['direct-xip-revert', 'ram-load-revert'],
    text: 'Between slots that are peers, only a whole image_ok ends a trial. A confirmation that was torn is none: the next boot erases the image that was confirmed, and returns to the other slot.',
    reference: 'MCUboot boot/bootutil/src/loader.c: boot_select_or_erase; measured on its C code',
    twin: 'shows',
  },
  {
    id: 'mcuboot/unmarked-image-erased',
    modes: ['direct-xip-revert', 'ram-load-revert'],
    text: 'An image without a trailer is erased at its first boot, the only one on the chip included: one that is programmed without imgtool --confirm leaves nothing to boot.',
    reference: 'MCUboot boot/bootutil/src/loader.c: boot_select_or_erase; measured on its C code',
    twin: 'shows',
  },
] as const satisfies readonly McubootOddity[];

export type McubootOddityId = (typeof mcubootOddities)[number]['id'];
