import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { makeHome } from '../testing/command.ts';
import { ConfigDamaged, configPath, forgetLogin, readLogin, writeLogin } from './config-file.ts';

const login = { url: 'http://127.0.0.1:8080', token: 's3cret', tokenId: 'an id', userName: 'ann' };
const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

test('the file is for its owner alone, in a folder for its owner alone', async () => {
  await using home = await makeHome();
  const path = configPath({ HOME: home.path });
  const umask = process.umask(0);
  try {
    await writeLogin(path, login);
  } finally {
    process.umask(umask);
  }
  assert.equal(path, `${home.path}/.config/loucloud/config.json`);
  assert.equal(await modeOf(path), 0o600);
  assert.equal(await modeOf(dirname(path)), 0o700);
  assert.deepEqual(await readLogin(path), login);
});

test('a file that others can read is replaced by one that they cannot, and nothing is left beside it', async () => {
  await using home = await makeHome();
  const path = configPath({ HOME: home.path });
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '{}');
  await chmod(path, 0o644);
  await writeLogin(path, login);
  assert.equal(await modeOf(path), 0o600);
  assert.deepEqual(await readdir(dirname(path)), ['config.json']);
});

test('no file means not logged in, and forgetting twice is no error', async () => {
  await using home = await makeHome();
  const path = configPath({ HOME: home.path });
  assert.equal(await readLogin(path), null);
  await writeLogin(path, login);
  await forgetLogin(path);
  await forgetLogin(path);
  assert.equal(await readLogin(path), null);
});

for (const text of [
  '',
  'nonsense',
  'null',
  '{"url": "http://a"}',
  '{"url":1,"token":"","tokenId":"","userName":""}',
]) {
  test(`a file that holds “${text}” is damaged`, async () => {
    await using home = await makeHome();
    const path = `${home.path}/config.json`;
    await writeFile(path, text);
    await assert.rejects(readLogin(path), ConfigDamaged);
  });
}

test('XDG_CONFIG_HOME is used if it is absolute', () => {
  assert.equal(configPath({ HOME: '/home/ann', XDG_CONFIG_HOME: '/cfg' }), '/cfg/loucloud/config.json');
  assert.equal(
    configPath({ HOME: '/home/ann', XDG_CONFIG_HOME: 'cfg' }),
    '/home/ann/.config/loucloud/config.json',
  );
});
