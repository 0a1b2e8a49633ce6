import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { putOnClipboard } from './guest-clipboard.ts';

async function saidFor(text: string): Promise<Buffer[]> {
  const said: Buffer[] = [];
  await putOnClipboard({ send: (bytes) => void said.push(Buffer.from(bytes as Uint8Array)) }, text);
  return said;
}

for (const text of ['', 'a', '你好，世界\n第二行\r\n', 'x'.repeat(300_000)]) {
  test(`${text.length} characters are announced, and provided byte for byte`, async () => {
    const [notify, provide, ...others] = await saidFor(text);
    assert.deepEqual(others, []);
    assert.deepEqual(notify, Buffer.from([6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 8, 0, 0, 1]));
    assert.ok(provide);
    assert.deepEqual(provide.subarray(0, 4), Buffer.from([6, 0, 0, 0]));
    assert.equal(provide.readInt32BE(4), -(provide.length - 8));
    assert.deepEqual(provide.subarray(8, 12), Buffer.from([16, 0, 0, 1]));
    const content = inflateSync(provide.subarray(12));
    assert.equal(content.readUInt32BE(0), content.length - 4);
    assert.equal(content.subarray(4).toString(), text);
  });
}
