// Where the machine's own apt gets Debian from, so that a guest is installed from there too: a mirror near by, or the
// only one in reach.
import { runTool } from './run-tool.ts';

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
const APT_TIMEOUT_MS = 60_000;

/** Lines for a sources.list; none if this machine does not know the suite, and mmdebstrap takes Debian's own mirror. */
export async function debianSources(suite: string): Promise<readonly string[]> {
  const format = '$(ORIGIN)\t$(CODENAME)\t$(REPO_URI)\t$(COMPONENT)'; // apt's own $(…)
  const text = await runTool(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages'], {
    timeoutMs: APT_TIMEOUT_MS,
  });
  const wanted = new Set([suite, `${suite}-updates`, `${suite}-security`]);
  const lines = new Set<string>();
  for (const line of text.split('\n')) {
    const [origin, codename = '', uri = '', component] = line.split('\t');
    if (origin !== 'Debian' || component !== 'main' || !wanted.has(codename)) continue;
    lines.add(`deb [signed-by=${KEYRING}] ${uri} ${codename} main`);
  }
  // The security archive alone installs nothing.
  return [...lines].some((line) => line.includes(` ${suite} main`)) ? [...lines] : [];
}

/** This machine's proxies for apt, as settings for another apt. */
export async function aptProxyOptions(): Promise<readonly string[]> {
  const text = await runTool(['apt-config', 'dump'], { timeoutMs: APT_TIMEOUT_MS });
  return text.split('\n').filter((line) => /^Acquire::https?::Proxy(::\S+)? ".+";$/i.test(line));
}
