import { inertJson } from '#core/inert-json.ts';
import type { ReportFormat } from '#core/record.ts';
import { testResult } from '#core/test-result.ts';

/** `test-result.json`: an in-toto statement, unsigned; `assay bundle` puts one into a signed DSSE envelope. */
export const format: ReportFormat = {
  id: 'in-toto',
  fileName: 'test-result.json',
  render: (report) => Promise.resolve(new TextEncoder().encode(`${inertJson(testResult(report))}\n`)),
};
