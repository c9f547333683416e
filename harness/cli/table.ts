import { columnsOf, fit } from './terminal.ts';

export interface Column {
  readonly title: string;
  /** Numbers go to the right. */
  readonly right?: boolean;
  /** Columns below which it is not narrowed; absent: it is never narrowed. */
  readonly least?: number;
}

const GAP = 2;

/** Widths that fit, narrowing the widest column that may still be narrowed. */
function widths(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): number[] {
  const sizes = columns.map((column, index) =>
    Math.max(...[column.title, ...rows.map((row) => row[index] ?? '')].map(columnsOf)),
  );
  const total = () => sizes.reduce((sum, size) => sum + size, GAP * (columns.length - 1));
  while (total() > width) {
    let widest = -1;
    for (const [index, { least }] of columns.entries()) {
      const size = sizes[index] ?? 0;
      if (least !== undefined && size > least && size > (sizes[widest] ?? 0)) widest = index;
    }
    if (widest === -1) break;
    sizes[widest] = (sizes[widest] ?? 0) - 1;
  }
  return sizes;
}

/** A text table no wider than `width` where its columns allow it; one string a line, heading first, no trailing spaces. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width: number,
): readonly string[] {
  const sizes = widths(columns, rows, width);
  const line = (cells: readonly string[]) =>
    columns
      .map((column, index) => {
        const size = sizes[index] ?? 0;
        const cell = fit(cells[index] ?? '', size);
        const pad = ' '.repeat(size - columnsOf(cell));
        return column.right === true ? pad + cell : cell + pad;
      })
      .join(' '.repeat(GAP))
      .trimEnd();
  return [line(columns.map((column) => column.title)), ...rows.map(line)].map((text) => fit(text, width));
}
