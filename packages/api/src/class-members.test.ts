import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readMemberList } from './class-members.ts';

const namesOf = (text: string) => readMemberList(text).members.map(({ name }) => name);

test('names are pasted one a line; empty lines and comments are left out', () => {
  assert.deepEqual(namesOf('zhang\n\n# second row\r\n  li  \rWANG-3'), ['zhang', 'li', 'wang-3']);
});

test('a CSV file has a first password and a display name, as spreadsheets write it', () => {
  const text = '\ufeff用户名,密码,姓名\nzhang,first pass,张三\nli,,"李, 四"\nwang\n';
  assert.deepEqual(readMemberList(text).members, [
    { line: 2, name: 'zhang', password: 'first pass', displayName: '张三' },
    { line: 3, name: 'li', password: null, displayName: '李, 四' },
    { line: 4, name: 'wang', password: null, displayName: null },
  ]);
  assert.deepEqual(namesOf('a\tlong enough\tA'), ['a']);
  assert.deepEqual(namesOf('a；b'), []);
});

test('each line that cannot be taken is named by its number, without its password', () => {
  const text = 'ok\n张三\nshort,1234567\nok\na,long enough,A,more\nb,"long enough\nc,,x\u0001y';
  assert.deepEqual(readMemberList(text).badLines, [
    { line: 2, text: '张三', reason: 'name_invalid' },
    { line: 3, text: 'short', reason: 'password_invalid' },
    { line: 4, text: 'ok', reason: 'twice' },
    { line: 5, text: 'a', reason: 'too_many_columns' },
    { line: 6, text: 'b', reason: 'quote_open' },
    { line: 7, text: 'c', reason: 'display_name_invalid' },
  ]);
});
