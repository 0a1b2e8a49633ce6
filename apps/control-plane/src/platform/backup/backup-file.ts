/**
 * A backup: gzip over lines of JSON. The first line says what it is, each next one is a row of a table or a secret of the
 * data folder, the last one counts them; without it the file is cut off. The same for every database, so that a backup
 * of one may be restored into another.
 */
import { open, rename, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { ConfigError } from '../config.ts';

const FORMAT = 'loucloud-backup-1';

export interface BackupHeader {
  readonly format: typeof FORMAT;
  /** LouCloud's, that made it. */
  readonly version: string;
  /** The last migration of its database. */
  readonly migration: string;
  /** ISO 8601. */
  readonly madeAt: string;
}

export type Row = Readonly<Record<string, string | number | null>>;
export type BackupEntry =
  | { readonly table: string; readonly row: Row }
  /** `content`: base64. */
  | { readonly secret: string; readonly content: string };
type Line = BackupHeader | BackupEntry | { readonly entries: number };

/** Whole or not at all: mode 0600, on the disk when this resolves. A file that is there already is refused. */
export async function writeBackup(
  path: string,
  header: Omit<BackupHeader, 'format'>,
  entries: AsyncIterable<BackupEntry>,
): Promise<number> {
  const unfinished = `${path}.part`;
  await refuseExisting(path);
  const file = await open(unfinished, 'w', 0o600).catch((cause: unknown) => {
    throw new ConfigError(`${path} cannot be written: ${(cause as Error).message}.`, { cause });
  });
  try {
    let count = 0;
    const lines = async function* (): AsyncGenerator<string> {
      yield lineOf({ format: FORMAT, ...header });
      for await (const entry of entries) {
        count++;
        yield lineOf(entry);
      }
      yield lineOf({ entries: count });
    };
    await file.chmod(0o600);
    await pipeline(Readable.from(lines()), createGzip(), file.createWriteStream({ flush: true }));
    await rename(unfinished, path);
    return count;
  } catch (error) {
    await file.close();
    await rm(unfinished, { force: true });
    throw error;
  }
}

/** Reads it to its end before anything is done with it: a damaged file is found out here. */
export async function verifyBackup(path: string): Promise<BackupHeader> {
  let header: BackupHeader | null = null;
  for await (const entry of readBackup(path, (read) => (header = read))) void entry;
  if (!header) throw notABackup(path);
  return header;
}

export async function* readBackup(
  path: string,
  onHeader: (header: BackupHeader) => void = () => {},
): AsyncGenerator<BackupEntry> {
  let count = 0;
  let isWhole = false;
  let isFirst = true;
  for await (const line of linesOf(path)) {
    if (isFirst) {
      if (!('format' in line) || line.format !== FORMAT) throw notABackup(path);
      onHeader(line);
      isFirst = false;
    } else if ('entries' in line) isWhole = line.entries === count;
    else if ('table' in line || 'secret' in line) {
      count++;
      yield line;
    } else throw notABackup(path);
  }
  if (!isWhole) throw new ConfigError(`${path} is damaged: it does not hold all that was put into it.`);
}

export async function* rowsIn(path: string): AsyncGenerator<Extract<BackupEntry, { table: string }>> {
  for await (const entry of readBackup(path)) if ('table' in entry) yield entry;
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  const text = createGunzip();
  text.setEncoding('utf8');
  const read = pipeline(createReadStream(path), text);
  // Whoever stops reading early has its own error.
  read.catch(() => {});
  try {
    let rest = '';
    for await (const chunk of text as AsyncIterable<string>) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as Line;
    }
    await read;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ConfigError(`There is no file ${path}.`, { cause });
    throw new ConfigError(`${path} cannot be read as a backup: ${message}.`, { cause });
  }
}

async function refuseExisting(path: string): Promise<void> {
  const existing = await open(path, 'r').catch(() => null);
  if (!existing) return;
  await existing.close();
  throw new ConfigError(`${path} exists already: choose another name.`);
}

const lineOf = (line: Line): string => `${JSON.stringify(line)}\n`;
const notABackup = (path: string) => new ConfigError(`${path} is not a backup of LouCloud.`);
