import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import Fastify from 'fastify';
import { handleErrors } from './error-replies.ts';
import { serveConsole } from './console-files.ts';

async function setUp({ isBuilt = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'console-'));
  if (isBuilt) {
    await mkdir(join(folder, 'dist/assets'), { recursive: true });
    await writeFile(join(folder, 'secret.txt'), 'outside');
    await writeFile(join(folder, 'dist/index.html'), '<!doctype html>the page');
    await writeFile(join(folder, 'dist/favicon.svg'), '<svg/>');
    await writeFile(join(folder, 'dist/assets/main-abc123.js'), 'script');
    await writeFile(join(folder, 'dist/assets/main-abc123.js.gz'), 'zipped');
  }
  const app = Fastify({ exposeHeadRoutes: false });
  handleErrors(app, { isUnavailable: () => false });
  await serveConsole(app, join(folder, 'dist'));
  return {
    get: (url: string, headers: Record<string, string> = { accept: 'text/html' }) =>
      app.inject({ url, headers }),
    app,
    async [Symbol.asyncDispose]() {
      await app.close();
      await rm(folder, { recursive: true });
    },
  };
}

test('every address of a page is the index page, which is always asked for anew', async () => {
  await using server = await setUp();
  for (const url of ['/', '/vms/1', '/users?search=a', '/settings/', '/index.html']) {
    const answer = await server.get(url);
    assert.equal(answer.statusCode, 200, url);
    assert.match(answer.body, /the page/);
    assert.equal(answer.headers['cache-control'], 'no-cache');
    assert.match(String(answer.headers['content-type']), /^text\/html/);
  }
});

test('files named by their content are kept for ever, and a missing one is no page', async () => {
  await using server = await setUp();
  const script = await server.get('/assets/main-abc123.js', {});
  assert.deepEqual([script.statusCode, script.body], [200, 'script']);
  assert.match(String(script.headers['cache-control']), /immutable/);
  const small = await server.get('/assets/main-abc123.js', { 'accept-encoding': 'gzip' });
  assert.deepEqual([small.body, small.headers['content-encoding']], ['zipped', 'gzip']);
  assert.match(String(small.headers['content-type']), /javascript/);
  assert.equal((await server.get('/assets/main-old.js')).statusCode, 404);
  assert.equal((await server.get('/vms/1', { accept: 'application/json' })).statusCode, 404);
  const posted = await server.app.inject({ method: 'POST', url: '/vms/1', headers: { accept: 'text/html' } });
  assert.equal(posted.statusCode, 404);
});

const hostile = [
  '//evil.example/%2f..',
  '//evil.example/..',
  '///evil.example/%2f..',
  '/%2f%2fevil.example/%2f..',
  '/\\evil.example',
  '/%5cevil.example',
  '/%5c%5cevil.example/%2e%2e',
  '/assets//evil.example/%2f..',
  '/assets/%5cevil',
  '/assets',
  '/assets/..',
  '/login?next=//evil.example',
  '/login?next=%2f%5cevil.example',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/assets/%2e%2e/%2e%2e/secret.txt',
  '/assets/..%5c..%5csecret.txt',
  '/%00',
  '/%zz',
];
for (const url of hostile) {
  test(`${url} leads nowhere else`, async () => {
    await using server = await setUp();
    const answer = await server.get(url);
    assert.ok(answer.statusCode === 200 || (answer.statusCode >= 400 && answer.statusCode < 500));
    assert.equal(answer.headers.location, undefined);
    assert.ok(!answer.body.includes('outside') && !answer.body.includes('evil'));
    if (answer.statusCode === 200) assert.match(answer.body, /the page/);
  });
}

test('without a build, a browser is told how to make one', async () => {
  await using server = await setUp({ isBuilt: false });
  const answer = await server.get('/');
  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /npm run build/);
});
