import { inertJson } from '#core/inert-json.ts';
import type { ReportFormat, RunReport } from '#core/record.ts';

/** The same value with the members of every object in code unit order, so that equal reports are equal files. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

/** The report as JSON text: two spaces, sorted members, a line feed at the end. Shape: `report.schema.json`. */
export function reportJson(report: RunReport): string {
  return `${inertJson(sorted(report))}\n`;
}

/** `report.json`: everything the other formats show. */
export const format: ReportFormat = {
  id: 'json',
  fileName: 'report.json',
  render: (report) => Promise.resolve(new TextEncoder().encode(reportJson(report))),
};
