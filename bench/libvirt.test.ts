import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inOrderOf } from './libvirt.ts';

for (const count of [7, 9]) {
  test(`in the turns of ${count}, each follows each other one equally often`, () => {
    const all = Array.from({ length: count }, (_, i) => i);
    const followed = new Map<string, number>();
    for (let turn = 0; turn < count * 2; turn++) {
      const order = inOrderOf(turn, all);
      assert.deepEqual(
        order.toSorted((a, b) => a - b),
        all,
      );
      for (let i = 1; i < count; i++) {
        const pair = `${order[i - 1]} ${order[i]}`;
        followed.set(pair, (followed.get(pair) ?? 0) + 1);
      }
    }
    assert.equal(followed.size, count * (count - 1));
    assert.deepEqual(new Set(followed.values()), new Set([2]));
  });
}
