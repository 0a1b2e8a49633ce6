import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFor } from './format-for.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const DAY_MS = 86_400_000;
const at = (ms: number): string => new Date(NOW + ms).toISOString();

test('what has been is said no older than it is, and what comes by the nearest whole number', () => {
  const { ago } = formatFor('en');
  assert.equal(ago(at(-119_000), NOW), '1 minute ago');
  assert.equal(ago(at(7 * DAY_MS - 1500), NOW), 'in 7 days');
  assert.equal(ago(at(6.2 * DAY_MS), NOW), 'in 6 days');
  assert.equal(ago(at(0), NOW), 'now');
});

test('Chinese keeps figures apart from words, and has a word of its own for what has just been', () => {
  const { ago, list } = formatFor('zh-CN');
  assert.equal(ago(at(7 * DAY_MS - 1500), NOW), '7\u00a0天后');
  assert.equal(ago(at(-119_000), NOW), '1\u00a0分钟前');
  assert.equal(ago(at(-1 * DAY_MS), NOW), '昨天');
  assert.equal(ago(at(-1000), NOW), '刚刚');
  assert.equal(ago(at(1000), NOW), '现在');
  assert.equal(list(['vCPU', '内存']), 'vCPU、内存');
});
