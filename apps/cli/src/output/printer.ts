/** Results go to the standard output, everything that is said about them to the standard error. */
import type { Output } from '../app/io.ts';
import { safeJson, safeLine, safeText } from './safe-text.ts';
import { type Column, type Field, renderFields, renderTable } from './table.ts';

/** `json`: for scripts; `quiet`: ids or nothing; `text`: for people. */
export type Mode = 'text' | 'json' | 'quiet';

export class Printer {
  mode: Mode = 'text';
  readonly #stdout: Output;
  readonly #stderr: Output;

  constructor(stdout: Output, stderr: Output) {
    this.#stdout = stdout;
    this.#stderr = stderr;
  }

  /** A result for people. */
  line(text: string): void {
    if (this.mode === 'text') this.#stdout.write(`${safeText(text)}\n`);
  }

  json(value: unknown): void {
    if (this.mode === 'json') this.#stdout.write(`${safeJson(JSON.stringify(value, null, 2))}\n`);
  }

  ids(ids: readonly string[]): void {
    if (this.mode === 'quiet') for (const id of ids) this.#stdout.write(`${safeLine(id)}\n`);
  }

  table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): void {
    if (this.mode === 'text') for (const line of renderTable(columns, rows)) this.#stdout.write(`${line}\n`);
  }

  fields(fields: readonly Field[]): void {
    if (this.mode === 'text') for (const line of renderFields(fields)) this.#stdout.write(`${line}\n`);
  }

  /** Whatever the mode: a result that is text itself. */
  raw(text: string): void {
    this.#stdout.write(text.endsWith('\n') ? safeText(text) : `${safeText(text)}\n`);
  }

  /** Said beside the result. */
  notice(text: string): void {
    if (this.mode !== 'quiet') this.#stderr.write(`${safeText(text)}\n`);
  }

  /** Said in every mode. */
  error(text: string): void {
    this.#stderr.write(`${safeText(text)}\n`);
  }

  errorJson(value: unknown): void {
    this.#stderr.write(`${safeJson(JSON.stringify(value))}\n`);
  }
}
