import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fateRequest, reasonAgainst, undecided } from './fate.ts';

const heir = { value: 'u2', label: 'Daisy' };

test('nothing is deleted before it is decided what becomes of the VMs', () => {
  assert.equal(reasonAgainst(undecided, 'bob'), 'chooseFirst');
  assert.equal(reasonAgainst({ ...undecided, kind: 'transfer' }, 'bob'), 'chooseUserFirst');
  assert.equal(reasonAgainst({ ...undecided, kind: 'transfer', heir }, 'bob'), null);
});

test('deleting the VMs takes typing the name', () => {
  assert.equal(reasonAgainst({ ...undecided, kind: 'delete', typedName: 'bo' }, 'bob'), 'typeNameFirst');
  assert.equal(reasonAgainst({ ...undecided, kind: 'delete', typedName: ' bob ' }, 'bob'), null);
});

test('an heir that was chosen before the mind was changed is not asked for', () => {
  assert.deepEqual(fateRequest({ kind: 'delete', heir, typedName: 'bob' }), { deleteVms: true });
  assert.deepEqual(fateRequest({ kind: 'transfer', heir, typedName: '' }), { transferTo: 'u2' });
});
