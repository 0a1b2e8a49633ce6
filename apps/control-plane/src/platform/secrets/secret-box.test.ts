import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, truncate, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { SecretBox, UnsealError } from './secret-box.ts';

async function inFolder(use: (keyPath: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  try {
    await use(join(folder, 'secret.key'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe('secret box', () => {
  test('what is sealed opens again, also for the next run, and shows nothing of itself', () =>
    inFolder(async (keyPath) => {
      const text = 'pässword “秘密” '.repeat(200);
      const sealed = await new SecretBox(keyPath).seal(text, 'host:1');
      assert.ok(!Buffer.from(sealed, 'base64').toString('latin1').includes('word'));
      assert.equal(await new SecretBox(keyPath).open(sealed, 'host:1'), text);
      assert.notEqual(await new SecretBox(keyPath).seal(text, 'host:1'), sealed);
    }));

  test('the key is 32 random bytes that only the owner may read, made once', () =>
    inFolder(async (keyPath) => {
      const boxes = Array.from({ length: 8 }, () => new SecretBox(keyPath));
      const sealed = await Promise.all(boxes.map((box) => box.seal('x', 'a')));
      assert.equal((await stat(keyPath)).mode & 0o777, 0o600);
      assert.equal((await readFile(keyPath)).length, 32);
      for (const text of sealed) assert.equal(await new SecretBox(keyPath).open(text, 'a'), 'x');
    }));

  test('nothing opens under another name, with a byte changed, with another key, or without one', () =>
    inFolder(async (keyPath) => {
      const box = new SecretBox(keyPath);
      const sealed = await box.seal('secret', 'host:1');
      await assert.rejects(box.open(sealed, 'host:2'), UnsealError);
      const bytes = Buffer.from(sealed.slice(3), 'base64');
      for (const at of [0, 13, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        await assert.rejects(box.open(`v1.${changed.toString('base64')}`, 'host:1'), UnsealError);
      }
      for (const damaged of ['', 'v1.', 'v2.AAAA', sealed.slice(0, 20)])
        await assert.rejects(box.open(damaged, 'host:1'), UnsealError, damaged);

      await unlink(keyPath);
      await assert.rejects(new SecretBox(keyPath).open(sealed, 'host:1'), /missing/);
      await new SecretBox(keyPath).seal('a new key is made', 'host:1');
      await assert.rejects(new SecretBox(keyPath).open(sealed, 'host:1'), /does not open/);
      await truncate(keyPath, 7);
      await assert.rejects(new SecretBox(keyPath).seal('x', 'a'), /32 bytes/);
    }));
});
