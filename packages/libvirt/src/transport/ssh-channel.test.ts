import assert from 'node:assert/strict';
import { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { SshChannel } from './ssh-channel.ts';

test('what is written is the writer’s again only when the channel needs it no more', async () => {
  const taken: { bytes: Buffer; release: () => void }[] = [];
  // With room for more than is written: what it says of its room is no word on what it still needs.
  const inner = new Duplex({
    writableHighWaterMark: 1024,
    read() {},
    write: (bytes: Buffer, _encoding, release: () => void) => void taken.push({ bytes, release }),
  });
  const channel = new SshChannel(inner);
  const memory = Buffer.from('first');
  const sent: string[] = [];
  channel.write(memory, () => {
    sent.push('first');
    memory.write('later');
  });
  channel.write('second', () => sent.push('second'));
  await setImmediate();
  assert.deepEqual(sent, []);
  assert.equal(taken[0]?.bytes.toString(), 'first');
  taken[0].release();
  await setImmediate();
  assert.deepEqual(sent, ['first']);
  assert.equal(taken[1]?.bytes.toString(), 'second');
  channel.destroy();
});
