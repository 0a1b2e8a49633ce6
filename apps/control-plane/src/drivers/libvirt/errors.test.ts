import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ArgumentError,
  CallTimeoutError,
  ConnectError,
  ConnectionLostError,
  ErrorNumber,
  ErrorOrigin,
  ProtocolError,
} from '@loucloud/libvirt';
import { refuse } from '@loucloud/libvirt/testing';
import { UserError, toProblem } from '../../platform/errors.ts';
import { toUserError, translating } from './errors.ts';
import { XmlError } from './xml-tree.ts';

const refusals = [
  [ErrorNumber.noDomain, ErrorOrigin.qemu, 'no domain with matching uuid', 'vm_vanished'],
  [ErrorNumber.operationInvalid, ErrorOrigin.qemu, 'domain is not running', 'wrong_state'],
  [ErrorNumber.operationInvalid, ErrorOrigin.network, "network 'x' is not active", 'network_not_on_host'],
  [ErrorNumber.noNetwork, ErrorOrigin.network, "no network with matching name 'x'", 'network_not_on_host'],
  [ErrorNumber.operationTimeout, ErrorOrigin.qemu, 'cannot acquire state change lock', 'deadline_exceeded'],
  [ErrorNumber.system, ErrorOrigin.storage, 'cannot fill: No space left on device', 'pool_full'],
  [
    ErrorNumber.internal,
    ErrorOrigin.qemu,
    'cannot set up guest memory: Cannot allocate memory',
    'no_capacity',
  ],
  [ErrorNumber.internal, ErrorOrigin.qemu, 'something else', 'libvirt_refused'],
] as const;
for (const [number, origin, message, code] of refusals) {
  test(`"${message}" is ${code}, and said to the admin alone`, () => {
    assert.deepEqual(toProblem(toUserError(refuse(number, message, origin))), {
      code,
      details: {},
      hint: message,
    });
  });
}

test('a lost host is unreachable, with the innermost reason as the hint', () => {
  const cause = new Error('connect ENOENT /run/libvirt-sock');
  const error = toUserError(new ConnectError('cannot connect', { reason: 'libvirt_not_running', cause }));
  assert.ok(error instanceof UserError);
  assert.deepEqual([error.code, error.hint], ['host_unreachable', `cannot connect: ${cause.message}`]);
  const lost = toUserError(new ConnectionLostError('gone'));
  assert.ok(lost instanceof UserError && lost.code === 'host_unreachable');
});

test('no answer in time is a deadline', () => {
  const error = toUserError(new CallTimeoutError('domainCreateWithFlags', 1000));
  assert.ok(error instanceof UserError && error.code === 'deadline_exceeded');
});

test('an answer that cannot be read is a refusal', () => {
  for (const error of [new XmlError('unclosed'), new ProtocolError('a frame cannot have 3 bytes')]) {
    const told = toUserError(error);
    assert.ok(told instanceof UserError && told.code === 'libvirt_refused');
  }
});

test('our own bugs stay bugs, and a UserError stays itself', () => {
  for (const error of [new TypeError('x'), new ArgumentError('x'), new UserError('wrong_state')]) {
    assert.equal(toUserError(error), error);
  }
});

test('every method of a translated object throws UserErrors', async () => {
  const host = translating({
    fails: () => Promise.reject(refuse(ErrorNumber.noDomain, 'no domain')),
    works: (n: number) => Promise.resolve(n + 1),
  });
  await assert.rejects(host.fails(), UserError);
  assert.equal(await host.works(1), 2);
});
