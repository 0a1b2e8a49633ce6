/** For tests: calls of a host that a fake libvirtd plays. */
import { Link } from '@loucloud/libvirt';
import { type FakeHandlers, FakeLibvirtd } from '@loucloud/libvirt/testing';
import { type Calls, callsWithin } from './host-link.ts';

export async function withFakeHost<T>(
  handlers: FakeHandlers,
  use: (host: Calls, link: Link, libvirtd: FakeLibvirtd) => Promise<T>,
): Promise<T> {
  const libvirtd = new FakeLibvirtd(handlers);
  const link = new Link({ uri: 'qemu:///system', transport: libvirtd.transport });
  link.start();
  try {
    return await use(callsWithin(link, 5000), link, libvirtd);
  } finally {
    await link.close();
  }
}
