import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ErrorCode } from '@loucloud/api';
import { UserError } from '../../platform/errors.ts';
import { readHostUri } from './host-uri.ts';

// [what is typed, transport, how it is kept]
const taken = [
  ['qemu:///system', 'local', 'qemu:///system'],
  ['qemu+unix:///system', 'local', 'qemu+unix:///system'],
  ['qemu:///system?socket=/run/a/libvirt-sock', 'local', 'qemu:///system?socket=/run/a/libvirt-sock'],
  ['qemu+ssh://root@hv-1/system', 'ssh', 'qemu+ssh://root@hv-1/system'],
  ['qemu+ssh://root@HV-1.Example.org:22/system', 'ssh', 'qemu+ssh://root@hv-1.example.org/system'],
  ['qemu+ssh://lou%40lab@10.0.0.1:2222/system', 'ssh', 'qemu+ssh://lou%40lab@10.0.0.1:2222/system'],
  ['qemu+ssh://root@[fd00::1]:2222/system', 'ssh', 'qemu+ssh://root@[fd00::1]:2222/system'],
  ['qemu+ssh://root@a/system?socket=/run/b%20c', 'ssh', 'qemu+ssh://root@a/system?socket=/run/b%20c'],
  ['qemu+tls://hv-1/system', 'tls', 'qemu+tls://hv-1/system'],
  ['qemu+tls://ignored@hv-1:16514/system', 'tls', 'qemu+tls://hv-1/system'],
  ['qemu+tls://hv-1:1234/system', 'tls', 'qemu+tls://hv-1:1234/system'],
  // libvirt's own short form.
  ['qemu://hv-1/system', 'tls', 'qemu+tls://hv-1/system'],
] as const;
for (const [uri, transport, text] of taken) {
  test(`${uri} is taken`, () => assert.deepEqual(readHostUri(uri), { transport, text }));
}

const refused: readonly (readonly [string, ErrorCode])[] = [
  ['', 'uri_not_supported'],
  ['hv-1', 'uri_not_supported'],
  ['qemu:///session', 'uri_not_supported'],
  ['qemu+ssh://root@hv-1/session', 'uri_not_supported'],
  ['test:///default', 'uri_not_supported'],
  ['xen+ssh://root@hv-1/system', 'uri_not_supported'],
  ['lxc:///system', 'uri_not_supported'],
  ['qemu+libssh2://root@hv-1/system', 'uri_not_supported'],
  ['qemu+ext://hv-1/system?command=/bin/sh', 'uri_not_supported'],
  ['qemu+ssh:///system', 'uri_not_supported'],
  ['qemu+unix://hv-1/system', 'uri_not_supported'],
  ['qemu+tls://hv-1/system#x', 'uri_not_supported'],
  ['qemu+tls://hv%2f1/system', 'uri_not_supported'],
  ['qemu+tls://-x/system', 'uri_not_supported'],
  ['https://hv-1/system', 'uri_not_supported'],
  ['qemu+tcp://hv-1/system', 'uri_tcp_refused'],
  ['qemu+ssh://hv-1/system', 'uri_user_missing'],
  ['qemu+ssh://root:secret@hv-1/system', 'uri_has_password'],
  ['qemu+tls://hv-1/system?no_verify=1', 'uri_parameter_refused'],
  ['qemu+ssh://root@hv-1/system?keyfile=/root/.ssh/id', 'uri_parameter_refused'],
  ['qemu+ssh://root@hv-1/system?netcat=/tmp/x', 'uri_parameter_refused'],
  ['qemu:///system?socket=relative', 'uri_parameter_refused'],
  ['qemu:///system?name=test:///default', 'uri_parameter_refused'],
];
for (const [uri, code] of refused) {
  test(`“${uri}” is refused: ${code}`, () => {
    assert.throws(
      () => readHostUri(uri),
      (error) => error instanceof UserError && error.code === code && !error.message.includes('secret'),
    );
  });
}
