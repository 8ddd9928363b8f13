import { stripVTControlCharacters } from 'node:util';

/** How a column's cells are aligned. */
export type Alignment = 'left' | 'right';

/**
 * Lays rows out in columns, two spaces apart; rows may be of different lengths. Cells may hold colours.
 *
 * @param alignments - Of each column; those not named are left-aligned.
 */
export function layOutTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[] = [],
): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, alignments[column] ?? 'left'))
      .join('  ')
      .trimEnd(),
  );
}

function pad(cell: string, columns: number, alignment: Alignment): string {
  const spaces = ' '.repeat(Math.max(columns - width(cell), 0));
  return alignment === 'left' ? cell + spaces : spaces + cell;
}

/** Characters of a cell as a terminal shows it. */
function width(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
