/** The web servers of Debian's packages before LouCloud, by the files in deploy/. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from './world.ts';

export const DEPLOY = join(import.meta.dirname, '../deploy');
const UPSTREAM = '127.0.0.1:8080';

export type ProxyName = 'nginx' | 'Apache' | 'HAProxy';

/** Where one is to listen, with a certificate of its own. It may be started there again; the folder goes with the box. */
export interface ProxyPlace {
  readonly name: ProxyName;
  readonly folder: string;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly url: string;
  readonly certificate: string;
}

export async function placeFor(name: ProxyName): Promise<ProxyPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  const [httpPort, httpsPort] = [await freePort(), await freePort()];
  const url = `https://localhost:${httpsPort}`;
  return { name, folder, httpPort, httpsPort, url, certificate: makeCertificate(folder) };
}

export class Proxy implements AsyncDisposable {
  readonly #process: ChildProcess;

  /** `upstreams`: where control planes listen, as 127.0.0.1:8080. */
  static async start(place: ProxyPlace, upstreams: readonly string[]): Promise<Proxy> {
    const proxy = new Proxy(starters[place.name](place, upstreams));
    await waitFor(`${place.name} answers`, async () => {
      assert.equal(proxy.#process.exitCode, null, `${place.name} runs`);
      return (await fetch(`${place.url}/readyz`).catch(() => null))?.ok === true;
    });
    return proxy;
  }

  private constructor(process: ChildProcess) {
    this.#process = process;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'close');
    this.#process.kill('SIGTERM');
    await ended;
  }
}

const starters: Record<ProxyName, (place: ProxyPlace, upstreams: readonly string[]) => ChildProcess> = {
  nginx({ folder, httpPort, httpsPort }, upstreams) {
    const site = readDeploy('nginx.conf', upstreams, [
      ['listen 80;', `listen 127.0.0.1:${httpPort};`],
      ['listen 443 ssl', `listen 127.0.0.1:${httpsPort} ssl`],
      ['cloud.example.org;', 'localhost;'],
      ['/etc/ssl/certs/cloud.example.org.pem', `${folder}/certificate.pem`],
      ['/etc/ssl/private/cloud.example.org.key', `${folder}/key.pem`],
    ]);
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((kind) => `${kind}_temp_path ${folder}/${kind};`)
      .join(' ');
    const main = `daemon off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary} ${site} }`;
    writeFileSync(join(folder, 'main.conf'), main);
    return spawn('nginx', ['-p', folder, '-c', join(folder, 'main.conf')], { stdio: 'inherit' });
  },

  Apache({ folder, httpPort, httpsPort }, upstreams) {
    const site = readDeploy('apache.conf', upstreams, [
      ['*:80>', `127.0.0.1:${httpPort}>`],
      ['*:443>', `127.0.0.1:${httpsPort}>`],
      ['/etc/ssl/certs/cloud.example.org.pem', `${folder}/certificate.pem`],
      ['/etc/ssl/private/cloud.example.org.key', `${folder}/key.pem`],
      ['https://cloud.example.org/', `https://localhost:${httpsPort}/`],
      ['cloud.example.org', 'localhost'],
    ]);
    const modules = ['mpm_event', 'authz_core', 'alias', 'headers', 'ssl', 'proxy', 'proxy_http'].concat([
      'proxy_wstunnel',
      'proxy_balancer',
      'slotmem_shm',
      'lbmethod_byrequests',
      'lbmethod_bybusyness',
    ]);
    const main = [
      ...modules.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
      `ServerRoot ${folder}`,
      `PidFile ${folder}/pid`,
      `DefaultRuntimeDir ${folder}`,
      'ErrorLog "|/bin/cat"',
      'LogLevel crit',
      'ServerName localhost',
      `Listen 127.0.0.1:${httpPort}`,
      `Listen 127.0.0.1:${httpsPort}`,
      'User www-data',
      'Group www-data',
      site,
    ];
    writeFileSync(join(folder, 'main.conf'), main.join('\n'));
    return spawn('apache2', ['-f', join(folder, 'main.conf'), '-DFOREGROUND'], { stdio: 'inherit' });
  },

  HAProxy({ folder, httpPort, httpsPort, url }, upstreams) {
    const both = ['certificate.pem', 'key.pem'].map((file) => readFileSync(join(folder, file), 'utf8'));
    writeFileSync(join(folder, 'both.pem'), both.join(''), { mode: 0o600 });
    const text = readDeploy('haproxy.cfg', upstreams, [
      ['bind :80', `bind 127.0.0.1:${httpPort}`],
      ['bind :443', `bind 127.0.0.1:${httpsPort}`],
      ['/etc/ssl/private/cloud.example.org.pem', `${folder}/both.pem`],
      ['https://cloud.example.org', url],
    ]);
    writeFileSync(join(folder, 'haproxy.cfg'), text);
    return spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'inherit' });
  },
};

/** Each line that names a control plane, once for each of them. */
function readDeploy(
  name: string,
  upstreams: readonly string[],
  changes: readonly (readonly [from: string, to: string])[],
): string {
  let text = readFileSync(join(DEPLOY, name), 'utf8');
  const line = text.split('\n').find((one) => one.includes(UPSTREAM)) ?? '';
  assert.ok(line !== '', `${name} names a control plane`);
  const lines = upstreams.map((upstream, index) =>
    line.replace(UPSTREAM, upstream).replace('server one', `server cp-${index}`),
  );
  text = text.replace(line, lines.join('\n'));
  for (const [from, to] of changes) {
    assert.ok(text.includes(from), `${name} has ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

function makeCertificate(folder: string): string {
  const [certificate, key] = [join(folder, 'certificate.pem'), join(folder, 'key.pem')];
  // prettier-ignore
  execFileSync('openssl', [
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate,
  ], { stdio: 'ignore' });
  return readFileSync(certificate, 'utf8');
}
