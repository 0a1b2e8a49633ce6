import assert from 'node:assert/strict';
import { test } from 'node:test';
import { healthSince } from './health-since.ts';

const event = (at: string, health: string) => ({ at, details: { health } });

test('a server is lost since the first of the events that say so, whatever its reason became', () => {
  const events = [event('12:05', 'unreachable'), event('12:03', 'unreachable'), event('12:00', 'healthy')];
  assert.equal(healthSince(events, 'unreachable'), '12:03');
});

test('nothing is made up where the events say something else, or nothing', () => {
  assert.equal(healthSince([event('12:00', 'healthy')], 'unreachable'), null);
  assert.equal(healthSince([], 'unreachable'), null);
});
