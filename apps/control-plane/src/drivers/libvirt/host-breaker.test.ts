import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Beat, HostBreaker } from './host-breaker.ts';

const quick: Beat = { quickMs: 1, ordinaryMs: 2 };
const slow: Beat = { quickMs: 500, ordinaryMs: 502 };
const unanswered: Beat = { quickMs: null, ordinaryMs: null };
const busy: Beat = { quickMs: 1, ordinaryMs: null };

/** What is said after each beat: only changes are. */
function judge(...beats: readonly Beat[]): string[] {
  const breaker = new HostBreaker(300);
  return beats.map((beat) => {
    const changed = breaker.note(beat);
    if (!changed) return '';
    return changed.health === 'healthy' ? 'healthy' : changed.reason;
  });
}

test('the first answer says that the host is healthy', () => {
  assert.deepEqual(judge(quick, quick), ['healthy', '']);
});

test('a call that is not answered opens the circuit at once; three good beats close it', () => {
  assert.deepEqual(judge(quick, unanswered, quick, quick, quick), [
    'healthy',
    'calls_unanswered',
    '',
    '',
    'healthy',
  ]);
});

test('one late answer is no slow host, most of them are', () => {
  assert.deepEqual(judge(quick, slow, quick, slow, quick), ['healthy', '', '', '', '']);
  assert.deepEqual(judge(slow, slow, slow, slow, slow), ['healthy', '', '', '', 'answers_slowly']);
});

test('a slow host is healthy once it has been quick for a while', () => {
  const beats = [slow, slow, slow, slow, slow, quick, quick, slow, quick, quick, quick];
  assert.deepEqual(judge(...beats).slice(5), ['', '', '', '', '', 'healthy']);
});

test('ordinary workers that hang twice open the circuit though quick calls are answered', () => {
  assert.deepEqual(judge(busy, busy), ['healthy', 'calls_unanswered']);
});

test('the reason may change while the circuit is open', () => {
  assert.deepEqual(judge(unanswered, slow, slow, slow, slow, slow).at(-1), 'answers_slowly');
});

test('after four beats without an answer the connection is given up', () => {
  const breaker = new HostBreaker(300);
  const lost = Array.from({ length: 4 }, () => {
    breaker.note(unanswered);
    return breaker.isLost;
  });
  assert.deepEqual(lost, [false, false, false, true]);
});
