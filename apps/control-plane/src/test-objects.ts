/** For tests: rows of every noun, so that each endpoint has something to work on. No host answers for them. */
import { randomBytes } from 'node:crypto';
import type { VmState } from '@loucloud/api';
import type { Db } from './platform/database/database.ts';
import { hashSecret, newId, newSecret } from './platform/ids.ts';

const MIB = 2 ** 20;
const created = { created_at: 0 };
const described = { ...created, description: '' };

export const testObjects = {
  async host(db: Db, name = `host-${newId()}`): Promise<string> {
    const id = newId();
    await db
      .insertInto('host')
      .values({
        ...created,
        id,
        name,
        uri: `qemu:///system?socket=/${id}`,
        transport: 'local',
        credential_kind: null,
        host_key: null,
        host_uuid: null,
        is_enabled: 1,
        is_in_maintenance: 0,
        pool_name: 'loucloud',
        pool_path: '/pool',
        accelerator: 'tcg',
        vcpu_overcommit: 1,
        memory_overcommit: 1,
        system_memory_mib: 0,
        health: 'healthy',
        health_reason: null,
        health_details: '{}',
        hostname: 'here',
        libvirt_version: '9.0.0',
        qemu_version: '7.2.0',
        cpu_model: 'some cpu',
        arch: 'x86_64',
        physical_vcpus: 1000,
        physical_memory_mib: 1_000_000,
        pool_capacity_bytes: 2 ** 50,
        pool_available_bytes: 2 ** 50,
        reserved_vcpus: 0,
        reserved_memory_mib: 0,
        reserved_disk_bytes: 0,
        checks: '[]',
        networks: JSON.stringify([{ kind: 'libvirt', source: 'default' }]),
      })
      .execute();
    return id;
  },

  async image(db: Db, hostId: string): Promise<string> {
    const id = newId();
    await db
      .insertInto('image')
      .values({
        ...described,
        id,
        name: `image-${id}`,
        host_id: hostId,
        path: `/images/${id}.qcow2`,
        format: 'qcow2',
        state: 'ready',
        size_bytes: MIB,
        virtual_size_bytes: MIB,
        sha256: null,
      })
      .execute();
    return id;
  },

  async user(db: Db, name = `user-${newId()}`): Promise<string> {
    const id = newId();
    await db
      .insertInto('user')
      .values({
        ...created,
        id,
        name,
        display_name: name,
        role: 'member',
        password_hash: '',
        is_disabled: 0,
        quota_vms: null,
        quota_running_vms: null,
        quota_vcpus: null,
        quota_memory_mib: null,
        quota_disk_bytes: null,
        used_vms: 0,
        used_running_vms: 0,
        used_vcpus: 0,
        used_memory_mib: 0,
        used_disk_bytes: 0,
        preferences: '{}',
        last_login_at: null,
      })
      .execute();
    return id;
  },

  async imageCopy(db: Db, key: { imageId: string; hostId: string }): Promise<void> {
    await db
      .insertInto('image_copy')
      .values({
        ...created,
        image_id: key.imageId,
        host_id: key.hostId,
        state: 'ready',
        path: `/pool/image-${key.imageId}`,
        pool_name: 'loucloud',
        volume_name: `image-${key.imageId}`,
        is_shared: 0,
        reserved_bytes: 0,
        problem: null,
        operation_id: null,
        is_prefetched: 0,
        last_used_at: 0,
      })
      .execute();
  },

  async network(db: Db): Promise<string> {
    const id = newId();
    await db
      .insertInto('network')
      .values({ ...described, id, name: `network-${id}`, kind: 'libvirt', source: 'default' })
      .execute();
    return id;
  },

  async template(
    db: Db,
    { imageId, networkId }: { imageId: string; networkId: string },
    visibility: 'all' | 'chosen' = 'all',
  ): Promise<string> {
    const id = newId();
    await db
      .insertInto('template')
      .values({
        ...described,
        id,
        name: `template-${id}`,
        vcpus: 1,
        memory_mib: 64,
        disk_bytes: MIB,
        image_id: imageId,
        network_id: networkId,
        firmware: 'bios',
        visibility,
      })
      .execute();
    return id;
  },

  async vm(
    db: Db,
    parts: { ownerId: string; hostId: string; imageId: string; networkId: string },
    state: VmState = 'stopped',
  ): Promise<string> {
    const id = newId();
    const isActive = state === 'running' || state === 'paused';
    await db
      .insertInto('vm')
      .values({
        ...described,
        id,
        name: `vm-${id}`,
        owner_id: parts.ownerId,
        template_id: null,
        template_name: 'gone',
        image_id: parts.imageId,
        network_id: parts.networkId,
        host_id: parts.hostId,
        domain_name: `vm-${id}`,
        state,
        state_cause: 'found_so',
        state_changed_at: 0,
        operation_id: null,
        vcpus: 1,
        memory_mib: 64,
        disk_bytes: MIB,
        pool_disk_bytes: MIB,
        firmware: 'bios',
        mac_address: `52:54:00:${randomBytes(3).toString('hex').match(/../g)?.join(':')}`,
        ip_addresses: '[]',
        is_active: isActive ? 1 : 0,
        run_id: isActive ? newId() : null,
        last_problem: null,
        differences: '[]',
        adoption: null,
        definition: null,
      })
      .execute();
    return id;
  },

  /** With its owner as its member, who has a VM there. */
  async class(
    db: Db,
    parts: { ownerId: string; hostId: string; imageId: string; networkId: string; templateId: string },
  ): Promise<string> {
    const id = newId();
    const { ownerId, templateId } = parts;
    const values = { ...described, id, name: `class-${id}`, owner_id: ownerId, template_id: templateId };
    await db
      .insertInto('class')
      .values({ ...values, template_name: 'some', expires_at: null, expired_at: null })
      .execute();
    const member = { class_id: id, user_id: ownerId, operation_id: null, batch_id: null, problem: null };
    await db
      .insertInto('class_member')
      .values({ ...member, added_at: 0 })
      .execute();
    const vmId = await testObjects.vm(db, parts);
    await db.updateTable('vm').set({ class_id: id }).where('id', '=', vmId).execute();
    return id;
  },

  /** Answers its secret. */
  async watchLink(db: Db, vmId: string, ownerId: string): Promise<string> {
    const secret = newSecret();
    await db
      .insertInto('watch_link')
      .values({
        ...created,
        id: newId(),
        secret_hash: hashSecret(secret),
        vm_id: vmId,
        vm_owner_id: ownerId,
        created_by: ownerId,
        expires_at: Date.now() + 3_600_000,
      })
      .execute();
    return secret;
  },

  async operation(db: Db, ownerId: string): Promise<string> {
    const id = newId();
    await db
      .insertInto('operation')
      .values({
        ...created,
        id,
        type: 'vm.start',
        state: 'done',
        owner_id: ownerId,
        actor_id: ownerId,
        actor_name: 'somebody',
        object_kind: 'vm',
        object_id: newId(),
        object_name: `vm-of-${ownerId}`,
        host_id: null,
        input: '{}',
        steps: '[]',
        progress: 1,
        deadline_at: null,
        error: null,
        result: '{}',
        started_at: 0,
        finished_at: 0,
        fence: 0,
      })
      .execute();
    return id;
  },
};
