import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addMonths, dayText, daysIntoWeek, isDay, readDay, todayAt, weekdays, weeksOf } from './days.ts';

const TODAY = '2026-11-23';

test('a day is read as it is written, in either language', () => {
  for (const language of ['en', 'zh-CN'] as const)
    for (const day of ['2026-11-30', '2027-01-02', '2028-02-29'])
      assert.equal(readDay(dayText(day, language), language, TODAY), day);
});

test('a day is read as people type it', () => {
  for (const text of [
    'Nov 30, 2026',
    '30 november 2026',
    '2026/11/30',
    '11/30/2026',
    '30.11.2026',
    '2026-11-30',
    'nov 30',
    '11/30',
  ])
    assert.equal(readDay(text, 'en', TODAY), '2026-11-30', text);
  for (const text of ['2026年11月30日', '２０２６年１１月３０日', '11月30日', '2026.11.30', '11-30'])
    assert.equal(readDay(text, 'zh-CN', TODAY), '2026-11-30', text);
  assert.equal(readDay('12/1/2026', 'en', TODAY), '2026-12-01');
});

test('without a year it is the next such day', () => {
  assert.equal(readDay('Nov 23', 'en', TODAY), TODAY);
  assert.equal(readDay('Nov 22', 'en', TODAY), '2027-11-22');
  assert.equal(readDay('2月29日', 'zh-CN', '2027-03-01'), '2028-02-29');
});

test('what is no day is none', () => {
  for (const text of [
    '',
    'soon',
    'Feb 30, 2026',
    '2026',
    '11',
    '2026-13-01',
    '1/2/3',
    '2026-11-30-1',
    'foo 3, 2026',
  ])
    assert.equal(readDay(text, 'en', TODAY), null, text);
  assert.deepEqual(['2026-11-30', '2026-11-31', '30.11.2026', ''].map(isDay), [true, false, false, false]);
});

test('a month later is the same day, or the last one', () => {
  assert.equal(addMonths('2026-01-31', 1), '2026-02-28');
  assert.equal(addMonths('2026-03-31', -1), '2026-02-28');
  assert.equal(addMonths('2026-12-15', 1), '2027-01-15');
  assert.equal(addMonths('2028-02-29', 12), '2029-02-28');
});

test('weeks begin as calendars of the language do, and are whole', () => {
  assert.deepEqual(
    weekdays('en').map(({ short }) => short),
    ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'],
  );
  assert.equal(
    weekdays('zh-CN')
      .map(({ short }) => short)
      .join(''),
    '一二三四五六日',
  );
  const weeks = weeksOf(TODAY, 'zh-CN');
  assert.deepEqual([weeks[0]?.[0], weeks.at(-1)?.at(-1)], ['2026-10-26', '2026-12-06']);
  assert.ok(weeks.every((week) => week.length === 7));
  assert.deepEqual([daysIntoWeek('2026-11-29', 'en'), daysIntoWeek('2026-11-29', 'zh-CN')], [0, 6]);
});

test('today is the reader’s', () => {
  assert.equal(todayAt(new Date(2026, 0, 5, 23, 59)), '2026-01-05');
});
