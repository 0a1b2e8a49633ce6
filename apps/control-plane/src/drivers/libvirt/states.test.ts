import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DomainState, PausedReason, ShutoffReason } from '@loucloud/libvirt';
import { settle, statusOf, statusOfEvent } from './states.ts';

// state, reason, has a saved image, our state, our cause
const states = [
  [DomainState.noState, 0, false, 'unknown', 'found_so'],
  [DomainState.running, 0, false, 'running', 'found_so'],
  [DomainState.running, 1, false, 'running', 'started'],
  [DomainState.running, 3, false, 'running', 'restored'],
  [DomainState.running, 5, false, 'running', 'resumed'],
  [DomainState.running, 99, false, 'running', 'found_so'],
  [DomainState.blocked, 1, false, 'running', 'started'],
  [DomainState.shutdown, 1, false, 'running', 'found_so'],
  [DomainState.paused, PausedReason.user, false, 'paused', 'suspended'],
  [DomainState.paused, PausedReason.ioError, false, 'paused', 'io_error'],
  [DomainState.paused, PausedReason.crashed, false, 'crashed', 'crashed'],
  [DomainState.paused, PausedReason.startingUp, false, 'running', 'started'],
  [DomainState.pmSuspended, 0, false, 'paused', 'suspended'],
  [DomainState.crashed, 1, false, 'crashed', 'crashed'],
  [DomainState.shutoff, ShutoffReason.unknown, false, 'stopped', 'found_so'],
  [DomainState.shutoff, ShutoffReason.shutdown, false, 'stopped', 'shut_down_by_guest'],
  [DomainState.shutoff, ShutoffReason.destroyed, false, 'stopped', 'powered_off'],
  [DomainState.shutoff, ShutoffReason.crashed, false, 'crashed', 'crashed'],
  [DomainState.shutoff, ShutoffReason.failed, false, 'failed', 'failed_to_start'],
  [DomainState.shutoff, ShutoffReason.saved, false, 'stopped', 'saved'],
  [DomainState.shutoff, ShutoffReason.saved, true, 'saved', 'saved'],
  [DomainState.shutoff, ShutoffReason.unknown, true, 'saved', 'saved'],
  [42, 0, false, 'unknown', 'found_so'],
] as const;
for (const [state, reason, isSaved, ours, cause] of states) {
  test(`libvirt's state ${state}/${reason}${isSaved ? ' with a saved image' : ''} is ${ours}, ${cause}`, () => {
    assert.deepEqual(statusOf(state, reason, isSaved), { state: ours, cause });
  });
}

const events = [
  ['started', 'booted', 'running', 'started'],
  ['started', 'restored', 'running', 'restored'],
  ['resumed', 'unpaused', 'running', 'resumed'],
  ['suspended', 'paused', 'paused', 'suspended'],
  ['suspended', 'ioError', 'paused', 'io_error'],
  ['pmSuspended', 'memory', 'paused', 'suspended'],
  ['stopped', 'shutdown', 'stopped', 'shut_down_by_guest'],
  ['stopped', 'destroyed', 'stopped', 'powered_off'],
  ['stopped', 'saved', 'saved', 'saved'],
  ['stopped', 'failed', 'crashed', 'crashed'],
  ['stopped', 'unknown', 'stopped', 'found_so'],
  ['crashed', 'panicked', 'crashed', 'crashed'],
] as const;
for (const [event, detail, state, cause] of events) {
  test(`the event ${event}/${detail} says ${state}, ${cause}`, () => {
    assert.deepEqual(statusOfEvent({ event, detail }), { state, cause });
  });
}

for (const event of ['defined', 'undefined', 'shutdown', 'unknown'] as const) {
  test(`the event ${event} says nothing about the state`, () => {
    assert.equal(statusOfEvent({ event, detail: 'unknown' }), null);
  });
}

test('what the domain is now tells the reason, unless it has moved on since the event', () => {
  const stopped = { state: 'crashed', cause: 'crashed' } as const;
  const poweredOff = { state: 'stopped', cause: 'powered_off' } as const;
  const running = { state: 'running', cause: 'started' } as const;
  assert.deepEqual(settle(stopped, poweredOff), poweredOff);
  assert.deepEqual(settle(stopped, running), stopped);
  assert.deepEqual(settle(null, running), running);
});
