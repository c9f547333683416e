import { bootRecordOf, encodeBootRecord } from '#codecs/mcuboot-boot-record.ts';
import { type Dependency, encodeDependency } from '#codecs/mcuboot-dependency.ts';
import { type HashName, type Tlv, TLV, u32Value } from '#codecs/mcuboot-tlv.ts';
import type { McubootVersion } from '#codecs/mcuboot-version.ts';

/** What an image claims under its signature. */
export interface ProtectedClaims {
  readonly version: McubootVersion;
  /** SEC_CNT TLV; left out: no counter. */
  readonly securityCounter?: number;
  /** Software type of a BOOT_RECORD TLV, at most 12 characters; left out: no record. */
  readonly bootRecord?: string;
  /** DEPENDENCY TLVs. */
  readonly dependencies?: readonly Dependency[];
  /** UUID_VID TLV, 16 bytes. */
  readonly vendorId?: Uint8Array;
  /** UUID_CID TLV, 16 bytes; left out: for any product. */
  readonly classId?: Uint8Array;
  /** More protected entries, behind the ones above. */
  readonly protectedTlvs?: readonly Tlv[];
}

/** Who signs, as the boot record names it. */
export interface Signer {
  /** KEYHASH; 32 zeros where nobody signs. */
  readonly id: Uint8Array;
  readonly hash: HashName;
}

/** The protected entries in imgtool's order. UsageError when the boot record's type is too long. */
export function protectedEntries(claims: ProtectedClaims, signer: Signer): readonly Tlv[] {
  const { version, securityCounter, bootRecord, dependencies = [], vendorId, classId } = claims;
  const entries: Tlv[] = [];
  const add = (type: number, value: Uint8Array) => entries.push({ type, value });
  if (securityCounter !== undefined) add(TLV.securityCounter, u32Value(securityCounter));
  if (bootRecord !== undefined) {
    add(TLV.bootRecord, encodeBootRecord(bootRecordOf(bootRecord, version, signer.id, signer.hash)));
  }
  for (const dependency of dependencies) add(TLV.dependency, encodeDependency(dependency));
  if (vendorId !== undefined) add(TLV.vendorId, vendorId);
  if (classId !== undefined) add(TLV.classId, classId);
  return [...entries, ...(claims.protectedTlvs ?? [])];
}

/** The counter that `imgtool sign -s auto` takes from the version; a minor above 255 cannot be. */
export function automaticCounter({ major, minor, revision }: McubootVersion): number {
  return major * 2 ** 24 + minor * 2 ** 16 + revision;
}
