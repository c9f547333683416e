import { hash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { SbomCheck, SbomSummary } from '#core/campaign.ts';
import type { Json } from '#core/canonical.ts';
import { UsageError } from '#core/errors.ts';
import { listOf, memberOf, textOf } from '#core/json-path.ts';
import type { Bill } from '#engine/sbom/bill.ts';
import { cyclonedxBill } from '#engine/sbom/cyclonedx.ts';
import { checkBill } from '#engine/sbom/rules.ts';
import { schemaCheck } from '#engine/sbom/schema.ts';
import { spdx2Bill } from '#engine/sbom/spdx2.ts';
import { spdx3Bill } from '#engine/sbom/spdx3.ts';

/** Digests of the image that a board was tested with, lower-case hex; SHA-512 where its bytes are at hand. */
export interface TestedImage {
  readonly sha256: string;
  readonly sha512: string | null;
}

/** A bill of materials as it was found. */
export interface InspectedSbom {
  readonly summary: SbomSummary;
  readonly bytes: Uint8Array;
}

const LARGEST = 64 << 20;

function refusal(code: string, path: string, got: string, cause?: unknown): UsageError {
  return new UsageError({
    code,
    message: `the bill of materials ${path} cannot be used`,
    expected: `CycloneDX or SPDX as JSON, at most ${LARGEST} bytes`,
    got,
    remedy: 'give the path of the file that your build wrote, or convert it to JSON',
    cause,
  });
}

function readBytes(path: string): Uint8Array {
  try {
    const { size } = statSync(path);
    if (size <= LARGEST) return readFileSync(path);
    throw new Error(`${size} bytes`);
  } catch (cause) {
    throw refusal('sbom-missing', path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function parse(path: string, bytes: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Json;
  } catch (cause) {
    throw refusal('sbom-unreadable', path, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The bill in a JSON value of any format known; null for any other JSON. */
export function billOf(json: Json): Bill | null {
  if (textOf(json, 'bomFormat') === 'CycloneDX') return cyclonedxBill(json);
  if (textOf(json, 'spdxVersion') !== undefined) return spdx2Bill(json);
  return memberOf(json, '@context') !== undefined && listOf(json, '@graph').length > 0
    ? spdx3Bill(json)
    : null;
}

/** The component whose hash is that of the tested image, in words; null where no component has it. */
function binding(bill: Bill, image: TestedImage): string | null {
  for (const { name, ref, hashes } of bill.components) {
    const algorithm = (['SHA-512', 'SHA-256'] as const).find((one) => {
      const digest = one === 'SHA-512' ? image.sha512 : image.sha256;
      return digest !== null && hashes.get(one) === digest;
    });
    if (algorithm !== undefined) return `${algorithm} of component ${name ?? ref}`;
  }
  return null;
}

/**
 * Reads a bill of materials, checks it against the schema of its format and the rule sets, and looks for the tested
 * image in it. Throws UsageError `sbom-missing` or `sbom-unreadable`; a bill that keeps no rule is still kept.
 */
export async function inspectSbom(path: string, image: TestedImage): Promise<InspectedSbom> {
  const bytes = readBytes(path);
  const json = parse(path, bytes);
  const bill = billOf(json);
  if (bill === null) throw refusal('sbom-unreadable', path, 'JSON of another kind');
  const schema: readonly SbomCheck[] =
    bill.format === 'CycloneDX' ? [await schemaCheck(json, bill.version)] : [];
  const sha256 = hash('sha256', bytes, 'hex');
  return {
    summary: {
      name: basename(path),
      file: `sbom/${sha256}.json`,
      sha256,
      format: `${bill.format} ${bill.version}`,
      components: bill.components.length,
      boundBy: binding(bill, image),
      checks: [...schema, ...checkBill(bill)],
    },
    bytes,
  };
}
