import type { ReportFormat } from '#core/record.ts';
import { page } from './html/page.ts';

/** `report.html`: one file that needs nothing else and asks for nothing else. */
export const format: ReportFormat = {
  id: 'html',
  fileName: 'report.html',
  render: (report) => Promise.resolve(new TextEncoder().encode(page(report, { paper: false }))),
};
