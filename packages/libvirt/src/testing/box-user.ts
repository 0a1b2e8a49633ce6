/**
 * Somebody without rights who can log in with a password. For tests that have mounts of their own, as in tools/box: it
 * hides the accounts of the machine behind longer copies.
 */
import { execFile } from 'node:child_process';
import { appendFile, copyFile, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export async function addBoxUser({
  username,
  password,
}: {
  username: string;
  password: string;
}): Promise<void> {
  const { stdout } = await run('openssl', ['passwd', '-6', password]);
  const folder = await mkdtemp(join(tmpdir(), 'accounts-'));
  const added = {
    passwd: `${username}:x:54321:54321::/tmp:/bin/sh`,
    group: `${username}:x:54321:`,
    shadow: `${username}:${stdout.trim()}:19000:0:99999:7:::`,
  };
  for (const [name, line] of Object.entries(added)) {
    const path = join(folder, name);
    await copyFile(`/etc/${name}`, path);
    await appendFile(path, `${line}\n`);
    await run('mount', ['--bind', path, `/etc/${name}`]);
  }
}
