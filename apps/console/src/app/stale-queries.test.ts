import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allEndpoints, eventTypes } from '@loucloud/api';
import { isStaleAfter, staleAfter } from './stale-queries.ts';

const vm = { type: 'vm.stateChanged', objectKind: 'vm', objectId: 'a' } as const;

test('every event has its row, and names only endpoints that read', () => {
  assert.deepEqual(Object.keys(staleAfter).sort(), [...eventTypes].sort());
  for (const names of Object.values(staleAfter)) {
    for (const name of names) assert.equal(allEndpoints[name].method, 'GET', name);
  }
});

test('every answer that can change has an event that says so', () => {
  const covered = new Set<string>([...Object.values(staleAfter).flat(), 'auditList']);
  const readers = Object.entries(allEndpoints).filter(([, { method }]) => method === 'GET');
  // The XML and files are read anew each time they are shown, statistics, screens and clipboards every few seconds; LouCloud's own key stays as it was made.
  for (const name of [
    'vmXml',
    'hostFiles',
    'sshKeyGet',
    'vmStatistics',
    'hostStatistics',
    'vmScreenshot',
    'classVmScreenshot',
    'vmClipboard',
  ])
    covered.add(name);
  const missing = readers.map(([name]) => name).filter((name) => !covered.has(name));
  assert.deepEqual(missing, []);
});

test('a VM that changed makes lists stale, and its own page', () => {
  assert.ok(isStaleAfter(vm, ['vmList', { query: { search: 'x' } }]));
  assert.ok(isStaleAfter(vm, ['vmGet', { params: { vmId: 'a' } }]));
});

test('the page of another VM stays fresh', () => {
  assert.equal(isStaleAfter(vm, ['vmGet', { params: { vmId: 'b' } }]), false);
});

test('the page of another kind of object does not stay fresh because its id differs', () => {
  assert.ok(isStaleAfter(vm, ['hostGet', { params: { hostId: 'h' } }]));
});

test('whatever happens is a line of the audit log', () => {
  for (const type of eventTypes) assert.ok(isStaleAfter({ ...vm, type }, ['auditList', { query: {} }]), type);
});
