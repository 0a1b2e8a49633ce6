import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, readConfig } from './config.ts';

test('with nothing set, everything has a value that works', () => {
  const config = readConfig({});
  assert.deepEqual(config.listen, { host: '127.0.0.1', port: 8080 });
  assert.match(config.dataDir, /^\/.*\/var$/);
  assert.equal(config.databaseUrl, `sqlite:${config.dataDir}/loucloud.db`);
  assert.deepEqual(config.publicOrigins, ['http://127.0.0.1:8080', 'http://localhost:8080']);
  assert.equal(config.isSecure, false);
  assert.equal(config.logLevel, 'info');
});

test('an empty value counts as not set', () => {
  assert.deepEqual(readConfig({ LOUCLOUD_LISTEN: ' ', LOUCLOUD_DATABASE_URL: '' }), readConfig({}));
});

const listens: [text: string, host: string, port: number, origins: string[]][] = [
  ['[::1]:9000', '::1', 9000, ['http://[::1]:9000', 'http://localhost:9000']],
  ['192.0.2.7:80', '192.0.2.7', 80, ['http://192.0.2.7']],
  ['Cloud.Example:8443', 'Cloud.Example', 8443, ['http://cloud.example:8443']],
];
for (const [text, host, port, origins] of listens) {
  test(`LOUCLOUD_LISTEN ${text} is understood`, () => {
    const config = readConfig({ LOUCLOUD_LISTEN: text });
    assert.deepEqual(config.listen, { host, port });
    assert.deepEqual(config.publicOrigins, origins);
  });
}

test('listening everywhere, the console may be opened at each of the machine’s addresses', () => {
  for (const listen of ['0.0.0.0:8080', '[::]:8080']) {
    const { publicOrigins } = readConfig({ LOUCLOUD_LISTEN: listen });
    assert.ok(publicOrigins.includes('http://localhost:8080'));
    assert.ok(publicOrigins.includes('http://127.0.0.1:8080'));
    assert.ok(!publicOrigins.includes('http://0.0.0.0:8080'));
  }
});

test('public URLs are origins, and https among them makes the cookie secure', () => {
  const config = readConfig({
    LOUCLOUD_PUBLIC_URL: 'https://Cloud.example.org/, http://localhost:8080,https://cloud.example.org:443',
  });
  assert.deepEqual(config.publicOrigins, ['https://cloud.example.org', 'http://localhost:8080']);
  assert.equal(config.isSecure, true);
});

test('a relative SQLite path is relative to where LouCloud was started, whatever happens later', () => {
  assert.equal(
    readConfig({ LOUCLOUD_DATABASE_URL: 'sqlite:here.db' }).databaseUrl,
    `sqlite:${process.cwd()}/here.db`,
  );
});

const wrong: [name: string, values: string[]][] = [
  [
    'LOUCLOUD_LISTEN',
    ['8080', ':8080', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:70000', 'http://x:80', '::1:80'],
  ],
  [
    'LOUCLOUD_DATABASE_URL',
    ['loucloud.db', 'sqlite:', 'postgres://u:hunter2@h/db', 'mysql://u:hunter2@h', 'mysql://'],
  ],
  [
    'LOUCLOUD_PUBLIC_URL',
    ['cloud.example.org', 'ftp://x', 'https://x/path', 'https://x,', 'https://x,http://y', '*', 'null'],
  ],
  ['LOUCLOUD_LOG_LEVEL', ['loud', 'INFO']],
  ['LOUCLOUD_TEST_HOSTS', ['yes', '1', 'true']],
];
for (const [name, values] of wrong) {
  for (const value of values) {
    test(`${name}=${value} stops the start with one sentence`, () => {
      assert.throws(
        () => readConfig({ [name]: value }),
        (error: unknown) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, new RegExp(`^${name} [^\\n]+\\.$`));
          assert.ok(!error.message.includes('hunter2'), 'a password is never shown');
          return true;
        },
      );
    });
  }
}
