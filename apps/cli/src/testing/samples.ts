/** For tests: things as the server sends them. */
import {
  type ApiToken,
  type Host,
  type Image,
  type Me,
  type Network,
  type Operation,
  type Page,
  type Template,
  type User,
  type Vm,
  judgeActions,
} from '@loucloud/api';

/** Different for every number. */
export const sampleId = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const AT = '2026-11-22T10:00:00.000Z';
const GIB = 2 ** 30;

export const page = <T>(items: T[]): Page<T> => ({ items, nextCursor: null, total: items.length });

export function sampleVm(changes: Partial<Vm> = {}): Vm {
  const state = changes.state ?? 'running';
  return {
    id: sampleId(1),
    name: 'web-1',
    description: '',
    ownerId: sampleId(90),
    ownerName: 'Ann',
    templateId: sampleId(60),
    templateName: 'small',
    imageId: sampleId(50),
    imageName: 'debian',
    hostId: null,
    hostName: null,
    domainName: null,
    networkId: sampleId(70),
    networkName: 'default',
    state,
    stateCause: 'started',
    stateChangedAt: AT,
    operation: null,
    vcpus: 2,
    memoryMib: 2048,
    diskBytes: 20 * GIB,
    firmware: 'bios',
    macAddress: '52:54:00:00:00:01',
    ipAddresses: ['192.168.122.7'],
    lastProblem: null,
    differences: [],
    adoption: null,
    staleCopies: [],
    isProtected: false,
    class: null,
    deletion: null,
    createdAt: AT,
    actions: judgeActions({ state, operationType: null, isHostEnabled: true }, false),
    ...changes,
  };
}

export function sampleOperation(changes: Partial<Operation> = {}): Operation {
  return {
    id: sampleId(200),
    type: 'vm.start',
    state: 'done',
    progress: null,
    step: null,
    deadlineAt: null,
    isCancellable: false,
    waitingFor: null,
    createdAt: AT,
    ownerId: sampleId(90),
    actorName: 'ann',
    objectKind: 'vm',
    objectId: sampleId(1),
    objectName: 'web-1',
    steps: [{ name: 'start', state: 'done', startedAt: AT, finishedAt: AT }],
    error: null,
    result: {},
    startedAt: AT,
    finishedAt: AT,
    ...changes,
  };
}

const quota = { vms: 10, runningVms: 5, vcpus: 10, memoryMib: 16_384, diskBytes: 200 * GIB };
const nothing = { vms: 0, runningVms: 0, vcpus: 0, memoryMib: 0, diskBytes: 0 };

export const sampleUser = (changes: Partial<User> = {}): User => ({
  id: sampleId(90),
  name: 'ann',
  displayName: 'Ann',
  role: 'member',
  isDisabled: false,
  quota,
  ownQuota: { vms: null, runningVms: null, vcpus: null, memoryMib: null, diskBytes: null },
  usage: nothing,
  createdAt: AT,
  lastLoginAt: null,
  ...changes,
});

export const sampleMe = (changes: Partial<User> = {}): Me => ({
  user: sampleUser(changes),
  preferences: { language: null, theme: null, desktopScaling: true, pageSize: '50', columns: {} },
  sessionId: null,
  recycleDays: 7,
  classes: 0,
});

export const sampleToken = (changes: Partial<ApiToken> = {}): ApiToken => ({
  id: sampleId(300),
  name: 'this-machine',
  createdAt: AT,
  lastUsedAt: null,
  expiresAt: null,
  ...changes,
});

export const sampleTemplate = (changes: Partial<Template> = {}): Template => ({
  id: sampleId(60),
  name: 'small',
  description: '',
  vcpus: 2,
  memoryMib: 2048,
  diskBytes: 20 * GIB,
  imageId: sampleId(50),
  imageName: 'debian',
  networkId: sampleId(70),
  networkName: 'default',
  firmware: 'bios',
  visibility: 'all',
  userIds: [],
  vmCount: 0,
  createdAt: AT,
  ...changes,
});

export const sampleImage = (changes: Partial<Image> = {}): Image => ({
  id: sampleId(50),
  name: 'debian',
  description: '',
  hostId: sampleId(40),
  hostName: 'alpha',
  path: '/srv/images/debian.qcow2',
  format: 'qcow2',
  state: 'ready',
  sizeBytes: 3 * GIB,
  virtualSizeBytes: 20 * GIB,
  sha256: null,
  templateCount: 1,
  vmCount: 0,
  copies: [],
  createdAt: AT,
  ...changes,
});

export const sampleNetwork = (changes: Partial<Network> = {}): Network => ({
  id: sampleId(70),
  name: 'default',
  description: '',
  kind: 'libvirt',
  source: 'default',
  isDefault: true,
  vmCount: 0,
  templateCount: 1,
  hostIds: [sampleId(40)],
  createdAt: AT,
  ...changes,
});

export const sampleHost = (changes: Partial<Host> = {}): Host => ({
  id: sampleId(40),
  name: 'alpha',
  uri: 'qemu:///system',
  transport: 'local',
  credentialKind: null,
  hostKey: null,
  isEnabled: true,
  isInMaintenance: false,
  health: 'healthy',
  healthReason: null,
  healthDetails: {},
  accelerator: 'kvm',
  poolName: 'loucloud',
  vcpuOvercommit: 4,
  memoryOvercommit: 1,
  systemMemoryMib: 1024,
  hostname: 'alpha',
  libvirtVersion: '9.0.0',
  qemuVersion: '7.2.22',
  cpuModel: 'EPYC',
  arch: 'x86_64',
  physical: { vcpus: 8, memoryMib: 32_768, diskBytes: 500 * GIB },
  capacity: { vcpus: 32, memoryMib: 32_768, diskBytes: 500 * GIB },
  reserved: { vcpus: 0, memoryMib: 0, diskBytes: 0 },
  poolAvailableBytes: 400 * GIB,
  vmCount: 0,
  runningVmCount: 0,
  conflictCount: 0,
  checks: [{ name: 'libvirt', outcome: 'ok', code: 'libvirt_ok', details: {} }],
  createdAt: AT,
  ...changes,
});
