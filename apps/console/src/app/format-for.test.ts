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
  assert.equal(formatFor('zh-CN').ago(at(7 * DAY_MS - 1500), NOW), '7天后');
});
