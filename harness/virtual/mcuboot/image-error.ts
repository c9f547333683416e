/** Errors of mcumgr's image group that the slots can give. */
export const IMAGE_ERROR = {
  ok: 0,
  noImage: 3,
  hashNotFound: 8,
  headerMagic: 23,
  invalidHash: 24,
  alreadyPending: 28,
  cannotTestActive: 33,
} as const;
