/** What an attack with forged images is after; its forgeries are found by `id`. */
export interface Purpose {
  readonly id: string;
  readonly title: string;
  readonly why: string;
}

/** The attacks of the family: one for each thing a forger may be after. */
export const PURPOSES: readonly Purpose[] = [
  {
    id: 'bit-flip',
    title: 'One changed bit is noticed, wherever it is',
    why: 'Hash and signature must cover every byte that decides what runs. Flipping one bit in each region of the image shows which regions they really cover. A sound board refuses every one of them, keeps running what it has, and still takes a sound update.',
  },
  {
    id: 'tampered',
    title: 'Changed code with repaired checksums is noticed',
    why: 'A forger repairs what needs no key: checksums and hashes. What is left is the signature, and it must be checked against the bytes that will run, not against a digest that the image brings along.',
  },
  {
    id: 'truncated',
    title: 'An image that ends too early is refused',
    why: 'A transfer that breaks off, or a server that stops, leaves the beginning of an image in the slot. Ends are placed at the seams of the format, where a parser expects the next part. A sound board never runs it and can be updated afterwards.',
  },
  {
    id: 'size-lies',
    title: 'Lengths that lie do no harm',
    why: 'Lengths are read before anything is verified, so they are the first thing a forger controls. A boot loader that believes them reads, copies or jumps outside the image, and a crash there repeats at every start. Bytes behind the image that nobody signed are copied or kept by both formats, by design: that is reported as a remark.',
  },
  {
    id: 'unsigned',
    title: 'An image without a signature is refused',
    why: 'Boot loaders can be built without signature check, and several boards are by default. The image is right in every other respect, so that only the missing signature speaks against it.',
  },
  {
    id: 'foreign-key',
    title: 'An image signed by a stranger is refused',
    why: 'A signature proves nothing until the key behind it is known to be the maker’s. The image is signed correctly with a key of the same kind that the board must not trust.',
  },
  {
    id: 'development-key',
    title: 'An image signed with the published development key is refused',
    why: 'The boot loader’s repository holds a private key for development. Products that shipped with it run anybody’s firmware, and the advisory is old; trying it costs nothing.',
  },
  {
    id: 'key-in-image',
    title: 'A key that comes with the image is not trusted',
    why: 'Some configurations carry the public key in the image. Unless its hash is compared with something the maker provisioned, every forger brings the key that fits.',
  },
  {
    id: 'product',
    title: 'Firmware for another product or chip is refused',
    why: 'Makers sign several products with one key, so the signature alone does not keep a sister product’s firmware out. It is genuine, and it does not work here: a sound board notices before running it.',
  },
  {
    id: 'unprotected-tlv',
    title: 'Claims outside the signature are not believed',
    why: 'Entries in the unsigned area can be added by anybody while the signature stays valid. Boot loaders that read a counter or a dependency from there can be steered by a forger (CVE-2024-32883).',
  },
  {
    id: 'oversized',
    title: 'A signed image that leaves no room for the swap is refused',
    why: 'A swap keeps its journal at the end of the slot. An image that fits the slot but not beside the journal, however well signed, lets the swap run over its own records, and the next power cut is fatal.',
  },
  {
    id: 'hash-entry',
    title: 'The hash entry must be there, whole and right',
    why: 'Boot loader and management tools read the same hash entry, each in its own way. An entry that is missing, empty, doubled or of another kind shows whether the boot loader checks the entry itself, or only what it happens to find. A sound board refuses every form but the defined one.',
  },
  {
    id: 'odd-signature',
    title: 'A signature of another form is no signature',
    why: 'Verifiers fail at the edges: zeros, errors taken for success, schemes they do not know, several signatures at once. Each image has a hash that is right and a signature that only a careless verifier takes. What bootutil accepts by design, since the maker signed it all the same, is reported as a remark.',
  },
  {
    id: 'unsupported',
    title: 'What the boot loader cannot do, it does not start',
    why: 'Genuine images can ask for more than this boot loader has: decryption, unpacking, another format, a counter that cannot be stored. Started all the same, they crash or lock the board. A sound board reads the flags before it believes the rest.',
  },
];
