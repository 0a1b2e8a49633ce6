/** A class's members as somebody writes them: one a line, a name alone, or `name,first password,display name`. */
import { Check } from 'typebox/value';
import { Name, Password, UserName } from './schemas.ts';

export interface MemberLine {
  /** Counted from 1, as editors do. */
  readonly line: number;
  readonly name: string;
  /** null: one is made, if the user is not known yet. */
  readonly password: string | null;
  readonly displayName: string | null;
}

export const memberLineProblems = [
  'name_invalid',
  'password_invalid',
  'display_name_invalid',
  'too_many_columns',
  'quote_open',
  'twice',
  'is_admin',
  'is_disabled',
] as const;
export type MemberLineProblem = (typeof memberLineProblems)[number];

export interface BadLine {
  readonly line: number;
  readonly text: string;
  readonly reason: MemberLineProblem;
}

export interface MemberList {
  readonly members: readonly MemberLine[];
  readonly badLines: readonly BadLine[];
}

export const CLASS_MEMBERS_MAX = 500;

const COLUMNS_MAX = 3;
/** First cells that say what the column is: such a line is no member. */
const HEADINGS = new Set(['name', 'user', 'username', 'user name', '用户名', '学号', '账号']);

/** Reads a pasted list or a CSV file, from spreadsheets in any of the usual ways. Empty lines and `#` lines are left out. */
export function readMemberList(text: string): MemberList {
  const members: MemberLine[] = [];
  const badLines: BadLine[] = [];
  const seen = new Set<string>();
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  for (const [index, whole] of lines.entries()) {
    const line = index + 1;
    const trimmed = whole.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const cells = cellsOf(trimmed);
    const isHeading = members.length === 0 && badLines.length === 0;
    if (isHeading && HEADINGS.has((cells?.[0] ?? '').toLowerCase())) continue;
    const read = cells === null ? 'quote_open' : readMember(line, cells);
    const reason = typeof read === 'string' ? read : seen.has(read.name) ? 'twice' : null;
    if (typeof read === 'string' || reason !== null)
      badLines.push({ line, text: shown(cells, trimmed), reason: reason ?? 'name_invalid' });
    else {
      seen.add(read.name);
      members.push(read);
    }
  }
  return { members, badLines };
}

function readMember(line: number, cells: readonly string[]): MemberLine | MemberLineProblem {
  const [first = '', password = '', displayName = ''] = cells;
  const name = first.toLowerCase();
  if (cells.length > COLUMNS_MAX) return 'too_many_columns';
  if (!Check(UserName, name)) return 'name_invalid';
  if (password !== '' && !Check(Password, password)) return 'password_invalid';
  if (displayName !== '' && !Check(Name, displayName)) return 'display_name_invalid';
  return {
    line,
    name,
    password: password === '' ? null : password,
    displayName: displayName === '' ? null : displayName,
  };
}

/** null: a quotation mark that is opened is not closed. */
function cellsOf(line: string): string[] | null {
  const separator = ['\t', ',', ';', '，'].find((mark) => line.includes(mark)) ?? ',';
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let at = 0; at < line.length; at++) {
    const mark = line[at];
    if (isQuoted && mark === '"' && line[at + 1] === '"') cell += line[++at];
    else if (mark === '"' && (isQuoted || cell.trim() === '')) isQuoted = !isQuoted;
    else if (mark === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += mark;
  }
  if (isQuoted) return null;
  cells.push(cell.trim());
  while (cells.length > 1 && cells.at(-1) === '') cells.pop();
  return cells;
}

/** A line to be recognised by, without the password that it may have. */
const shown = (cells: readonly string[] | null, line: string): string =>
  (cells?.[0] ?? line.split(/[,;\t，]/)[0] ?? '').slice(0, 40);
