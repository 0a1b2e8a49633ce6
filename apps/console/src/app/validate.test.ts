import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EndpointName, allEndpoints } from '@loucloud/api';
import { problemsOf } from './validate.ts';

const check = (name: EndpointName, body: unknown) => {
  const endpoint = allEndpoints[name];
  assert.ok('body' in endpoint);
  return problemsOf(endpoint.body, body);
};

test('a right body has no problems', () => {
  assert.deepEqual(check('userCreate', { name: 'li.lei', password: 'long enough' }), {});
  assert.deepEqual(check('tokenCreate', { name: 'ci', expiresInDays: null }), {});
  assert.deepEqual(check('userUpdate', { ownQuota: { vms: null, vcpus: 3 } }), {});
});

test('an empty text that must not be empty is a missing one', () => {
  assert.deepEqual(check('userCreate', { name: '', password: 'long enough' }), {
    name: { rule: 'required' },
  });
});

test('a field that is left out is missing', () => {
  assert.deepEqual(check('userCreate', { name: 'a' }), { password: { rule: 'required' } });
});

test('a limit is named', () => {
  assert.deepEqual(check('userCreate', { name: 'a', password: 'short' }), {
    password: { rule: 'atLeastCharacters', limit: 8 },
  });
  assert.deepEqual(check('vmUpdate', { vcpus: 0 }), { vcpus: { rule: 'atLeast', limit: 1 } });
  assert.deepEqual(check('vmUpdate', { vcpus: 300 }), { vcpus: { rule: 'atMost', limit: 256 } });
});

test('a number field that is empty is missing, and half a vCPU is no number', () => {
  assert.deepEqual(check('vmUpdate', { vcpus: Number.NaN }), { vcpus: { rule: 'required' } });
  assert.deepEqual(check('vmUpdate', { vcpus: 1.5 }), { vcpus: { rule: 'notANumber' } });
});

test('a pattern is checked as Unicode', () => {
  assert.deepEqual(check('vmUpdate', { name: '数据库 😀' }), {});
  assert.deepEqual(check('vmUpdate', { name: ' space first' }), { name: { rule: 'pattern' } });
  assert.deepEqual(check('userCreate', { name: 'Upper', password: 'long enough' }), {
    name: { rule: 'pattern' },
  });
});

test('a problem inside is named by its path', () => {
  assert.deepEqual(check('userUpdate', { ownQuota: { vms: -1 } }), {
    'ownQuota.vms': { rule: 'atLeast', limit: 0 },
  });
});

test('characters are counted, not UTF-16 units', () => {
  assert.deepEqual(check('vmUpdate', { name: '😀'.repeat(63) }), {});
  assert.deepEqual(check('vmUpdate', { name: '😀'.repeat(64) }), {
    name: { rule: 'atMostCharacters', limit: 63 },
  });
});
