/** Configuration comes from the environment, with defaults that work; a wrong value is one clear sentence. */
import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { join, resolve } from 'node:path';

export interface Config {
  readonly listen: { readonly host: string; readonly port: number };
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Where browsers open the console: the only origins whose requests and WebSockets are taken. Never from a request. */
  readonly publicOrigins: readonly string[];
  /** Browsers reach us through TLS, which a proxy before us ends. */
  readonly isSecure: boolean;
  /** Who may say for whom a request is made: addresses and networks of proxies, beside this machine itself. */
  readonly trustedProxies: readonly string[];
  readonly logLevel: LogLevel;
  /** Servers of libvirt's test driver may join: for LouCloud's own tests. Nothing that is asked of them really happens. */
  readonly allowsTestHosts: boolean;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The person who starts LouCloud can put it right; shown without a stack. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

type Environment = Readonly<Record<string, string | undefined>>;

export function readConfig(environment: Environment): Config {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const listen = readListen(read('LOUCLOUD_LISTEN') ?? '127.0.0.1:8080');
  const dataDir = resolve(read('LOUCLOUD_DATA_DIR') ?? './var');
  const publicUrl = read('LOUCLOUD_PUBLIC_URL');
  const publicOrigins = publicUrl === undefined ? originsOf(listen) : readOrigins(publicUrl);
  return {
    listen,
    dataDir,
    databaseUrl: readDatabaseUrl(read('LOUCLOUD_DATABASE_URL'), dataDir),
    publicOrigins,
    isSecure: publicOrigins.some((origin) => origin.startsWith('https:')),
    trustedProxies: readProxies(read('LOUCLOUD_TRUSTED_PROXIES') ?? ''),
    logLevel: readLogLevel(read('LOUCLOUD_LOG_LEVEL') ?? 'info'),
    allowsTestHosts: readTestHosts(read('LOUCLOUD_TEST_HOSTS')),
  };
}

function readListen(text: string): Config['listen'] {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535)
    throw new ConfigError(
      `LOUCLOUD_LISTEN is “${text}”: it must be an address and a port from 1 to 65535, like 127.0.0.1:8080 or [::1]:8080.`,
    );
  return { host, port };
}

function readDatabaseUrl(text: string | undefined, dataDir: string): string {
  if (text === undefined) return `sqlite:${join(dataDir, 'loucloud.db')}`;
  if (/^sqlite:./.test(text)) return text === 'sqlite::memory:' ? text : `sqlite:${resolve(text.slice(7))}`;
  if (/^mysql:\/\/[^/]+\/[^/?]+/.test(text) && URL.canParse(text)) return text;
  // Never shown: it may hold a password.
  throw new ConfigError(
    'LOUCLOUD_DATABASE_URL must be sqlite:PATH, or mysql://USER:PASSWORD@HOST/DATABASE for MySQL and MariaDB.',
  );
}

function readOrigins(text: string): string[] {
  const origins = text.split(',').map((part) => readOrigin(part.trim()));
  const isMixed =
    origins.some((origin) => origin.startsWith('https:')) &&
    origins.some((origin) => origin.startsWith('http:') && !isLoopback(new URL(origin).hostname));
  if (isMixed)
    throw new ConfigError(
      'LOUCLOUD_PUBLIC_URL mixes https and http: the session cookie is for https alone then, and nobody could log in over http.',
    );
  return [...new Set(origins)];
}

function readOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isOrigin = url?.pathname === '/' && url.search === '' && url.hash === '' && url.username === '';
  if (!url || !isOrigin || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ConfigError(
      `LOUCLOUD_PUBLIC_URL has “${text}”: it must be the addresses at which browsers open the console, without a path, like https://cloud.example.org; several are separated by commas.`,
    );
  return url.origin;
}

/** Without LOUCLOUD_PUBLIC_URL: where a browser can reach this address. */
function originsOf({ host, port }: Config['listen']): string[] {
  const hosts = isWildcard(host)
    ? ['localhost', hostname(), ...ownAddresses()]
    : isLoopback(bracket(host))
      ? [host, 'localhost']
      : [host];
  // URL makes the canonical form: lower case, port 80 left out.
  return [...new Set(hosts.map((name) => new URL(`http://${bracket(name)}:${port}`).origin))];
}

const ownAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((addresses = []) =>
    addresses.filter(({ scopeid = 0 }) => scopeid === 0).map(({ address }) => address),
  );

const bracket = (host: string): string => (host.includes(':') ? `[${host}]` : host);
const isWildcard = (host: string): boolean => host === '0.0.0.0' || /^[0:]+$/.test(host);
const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);

function readTestHosts(text: string | undefined): boolean {
  if (text !== undefined && text !== 'allow')
    throw new ConfigError(`LOUCLOUD_TEST_HOSTS is “${text}”: it must be “allow”, or not be set.`);
  return text === 'allow';
}

function readProxies(text: string): string[] {
  const proxies = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  for (const proxy of proxies) {
    const [address = '', length, ...more] = proxy.split('/');
    const bits = isIP(address) === 4 ? 32 : 128;
    const isLength = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= bits);
    if (isIP(address) === 0 || !isLength || more.length > 0)
      throw new ConfigError(
        `LOUCLOUD_TRUSTED_PROXIES has “${proxy}”: it must be addresses or networks of the proxies before LouCloud, like 10.0.0.5 or 10.0.0.0/24, separated by commas.`,
      );
  }
  return proxies;
}

function readLogLevel(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (level === undefined)
    throw new ConfigError(`LOUCLOUD_LOG_LEVEL is “${text}”: it must be one of ${logLevels.join(', ')}.`);
  return level;
}
