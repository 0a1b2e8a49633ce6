import assert from 'node:assert/strict';
import { test } from 'node:test';
import { screenshotName } from './screenshot.ts';

test('a screenshot is named after its VM and the time, so that every file system takes it', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5);
  assert.equal(screenshotName('测试机-1', at), '测试机-1 2026-01-02 03.04.05.png');
  assert.equal(screenshotName('a/b:c*d', at), 'a_b_c_d 2026-01-02 03.04.05.png');
});
