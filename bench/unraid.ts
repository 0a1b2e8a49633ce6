/** Installs the native npm binding for this run alone, in a folder outside the project: it is compiled there. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { debianPackages } from '../tools/machine.ts';

const PACKAGE = '@unraid/libvirt@2.2.1';
const COMPILED_WITH = ['g++', 'libvirt-dev', 'make', 'pkg-config'];

/** The path of its module, and how to remove it all; null where it cannot be had, as without a network: that is said. */
export async function installUnraid(): Promise<{ path: string; remove: () => void } | null> {
  const folder = mkdtempSync(join(tmpdir(), 'loucloud-bench-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    await debianPackages(COMPILED_WITH).run();
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const options = ['--ignore-scripts=false', '--no-audit', '--no-fund', '--fetch-retries=0'];
    execFileSync('npm', ['install', ...options, PACKAGE], {
      cwd: folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      // The headers of the Node that runs this, which has brought them.
      env: { ...process.env, npm_config_nodedir: dirname(dirname(process.execPath)) },
    });
    return { path: join(folder, 'node_modules/@unraid/libvirt/dist/index.js'), remove };
  } catch (error) {
    remove();
    console.log(`${PACKAGE} is left out of the comparison: it could not be installed (${String(error)})`);
    return null;
  }
}
