/** Servers, what is on them, and what VMs are made from. */
import { hostAccesses } from '../features/hosts/host-access.ts';
import { hostOperations } from '../features/hosts/host-operations.ts';
import { hostStorage } from '../features/hosts/host-storage.ts';
import { hostService } from '../features/hosts/host-service.ts';
import { ownSshKey } from '../features/hosts/own-ssh-key.ts';
import { imageCopies } from '../features/images/image-copies.ts';
import { imageCopyOperations } from '../features/images/image-copy-operations.ts';
import { imageOperations } from '../features/images/image-operations.ts';
import { imageService } from '../features/images/image-service.ts';
import { leftoverOperations } from '../features/leftovers/leftover-operations.ts';
import { leftoverService } from '../features/leftovers/leftover-service.ts';
import { networkService } from '../features/networks/network-service.ts';
import { templateService } from '../features/templates/template-service.ts';
import type { HostObserver } from '../platform/hypervisor.ts';
import type { Ground } from './ground.ts';
/** `lose`: tells everybody that a host is lost. */
export function poolOf(
  { config, database, log, events, secrets, engine, hypervisor, host, settings }: Ground,
  lose: HostObserver['onLost'],
) {
  const sshKey = ownSshKey({ database, secrets });
  const access = hostAccesses({ database, secrets, sshKey });
  const hostWork = hostOperations({ database, events, hypervisor, access });
  const storage = hostStorage({ database, moves: hypervisor.moves, log });
  const hosts = hostService({
    database,
    engine,
    events,
    hypervisor,
    settings,
    secrets,
    access,
    sshKey,
    operations: hostWork,
    lose,
    forgetCopies: (tx, hostId) => copies.forgetHost(tx, hostId),
    allowsTestHosts: config.allowsTestHosts,
  });
  const imageWork = imageOperations({ database, engine, events, host });
  const { whenHashed, suspect } = imageWork;
  const copyWork = imageCopyOperations({ database, events, hypervisor, whenHashed, suspect });
  const copies = imageCopies({ database, engine, events, operations: copyWork, settings });
  const images = imageService({ database, engine, events, operations: imageWork, copies });
  const networks = networkService({ database, events, settings });
  const templates = templateService({ database, events, settings });
  const leftoverWork = leftoverOperations({ database, events, host });
  const leftovers = leftoverService({ database, engine, operations: leftoverWork, host });
  const work = [
    ...Object.values(hostWork),
    imageWork.register,
    imageWork.hash,
    ...Object.values(copyWork.types),
    ...Object.values(leftoverWork),
  ];
  return { storage, hosts, copies, images, networks, templates, leftovers, work };
}

export type Pool = ReturnType<typeof poolOf>;
