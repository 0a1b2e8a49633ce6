/** Text in columns, for people: no frames, so that it can be cut and searched. */
import { safeLine } from './safe-text.ts';
import { displayWidth, padEnd, padStart } from './width.ts';

export interface Column<Row> {
  readonly header: string;
  readonly value: (row: Row) => string | number | null;
  /** Numbers and sizes stand right. */
  readonly align?: 'right';
}

const GAP = '  ';
const NOTHING = '–';

export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string[] {
  const lines = [
    columns.map(({ header }) => header),
    ...rows.map((row) => columns.map(({ value }) => cellOf(value(row)))),
  ];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => displayWidth(line[index] ?? ''))));
  return lines.map((line) =>
    columns
      .map(({ align }, index) =>
        (align === 'right' ? padStart : padEnd)(line[index] ?? '', widths[index] ?? 0),
      )
      .join(GAP)
      .trimEnd(),
  );
}

export type Field = readonly [label: string, value: string | number | null];

/** One thing's fields, a line each. */
export function renderFields(fields: readonly Field[]): string[] {
  const width = Math.max(0, ...fields.map(([label]) => displayWidth(label)));
  return fields.map(([label, value]) => `${padEnd(label, width)}${GAP}${cellOf(value)}`.trimEnd());
}

const cellOf = (value: string | number | null): string =>
  value === null || value === ''
    ? NOTHING
    : safeLine(
        String(value)
          .trim()
          .replace(/\s*[\r\n]+\s*/g, ' '),
      );
