/** Installs the native npm binding for this run alone, in a folder outside the project: it is compiled there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PACKAGE = '@unraid/libvirt@2.2.1';
export const UNRAID_PACKAGES = ['g++', 'libvirt-dev', 'make', 'pkg-config', 'python3-libvirt'];

/** The path of its module, and how to remove it all. */
export function installUnraid(): { path: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'loucloud-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    execFileSync('npm', ['install', '--ignore-scripts=false', '--no-audit', '--no-fund', PACKAGE], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      // The headers of the Node that runs this, which has brought them.
      env: { ...process.env, npm_config_nodedir: dirname(dirname(process.execPath)) },
    });
    return { path: join(folder, 'node_modules/@unraid/libvirt/dist/index.js'), remove };
  } catch (error) {
    remove();
    throw error;
  }
}
