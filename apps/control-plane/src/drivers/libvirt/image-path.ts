/** Which paths may be images, before anything is opened. */
import { lstat } from 'node:fs/promises';
import { posix } from 'node:path';
import type { ErrorCode } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';

/** Files there are not what they seem: devices, and the kernel's own. */
const NEVER = ['/dev', '/proc', '/sys'];
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;
const PATH_MAX = 4095;

/** Absolute, written the shortest way, and nowhere near a device. */
export function refuseForbiddenPath(path: string): void {
  const isPlain =
    path.startsWith('/') &&
    path !== '/' &&
    posix.normalize(path) === path &&
    !path.startsWith('//') &&
    !path.endsWith('/') &&
    !CONTROL.test(path) &&
    path.isWellFormed() &&
    Buffer.byteLength(path) <= PATH_MAX;
  if (!isPlain || NEVER.some((root) => path === root || path.startsWith(`${root}/`)))
    throw new UserError('path_not_allowed', {}, { hint: JSON.stringify(path) });
}

/** For a host that is this machine: no link on the way, so that what is checked is what is opened. */
export async function refuseLinks(path: string): Promise<void> {
  const parts = path.split('/').slice(1);
  for (const i of parts.keys()) {
    const current = `/${parts.slice(0, i + 1).join('/')}`;
    const isLast = i === parts.length - 1;
    const code = await refusalOf(current, isLast);
    if (code) throw new UserError(code, {}, { hint: current });
  }
}

async function refusalOf(path: string, isLast: boolean): Promise<ErrorCode | null> {
  let stats;
  try {
    stats = await lstat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return 'path_not_found';
    if (code === 'EACCES') return 'path_not_allowed';
    throw error;
  }
  if (stats.isSymbolicLink()) return 'path_is_link';
  if (!isLast) return stats.isDirectory() ? null : 'path_not_found';
  if (stats.isDirectory()) return 'path_is_directory';
  return stats.isFile() ? null : 'path_not_regular';
}
