/** Which cached answers each event makes stale. A new event type without a row does not compile. */
import type { EndpointName, Event, EventType } from '@loucloud/api';

const vmCounts = ['overviewGet', 'hostList', 'hostGet', 'meGet', 'userList', 'userGet'] as const;
const vmOwners = [
  'templateList',
  'templateGet',
  'imageList',
  'imageGet',
  'networkList',
  'networkGet',
] as const;
/** Which servers VMs can go to. */
const ways = ['vmMigrationTargets', 'vmStartElsewhereTargets', 'hostDrainPlan'] as const;
const classes = ['classList', 'classGet', 'classMemberList'] as const;
const vms = ['vmList', 'vmGet', ...ways, ...classes] as const;
const hosts = ['hostList', 'hostGet', 'overviewGet', ...ways] as const;
const operations = ['operationList', 'operationGet', 'overviewGet'] as const;
const templates = ['templateList', 'templateGet', 'overviewGet'] as const;
const images = ['imageList', 'imageGet', 'overviewGet'] as const;
const networks = ['networkList', 'networkGet'] as const;

export const staleAfter = {
  'session.started': ['sessionList', 'userList', 'userGet'],
  'session.refused': [],
  'session.ended': ['sessionList'],
  'token.created': ['tokenList'],
  'token.revoked': ['tokenList'],
  'user.created': ['userList', 'overviewGet'],
  'user.updated': ['userList', 'userGet', 'meGet', 'sessionList', ...vms],
  'user.deleted': ['userList', 'userGet', 'overviewGet', ...templates],
  'user.passwordChanged': ['sessionList', 'tokenList'],
  'host.added': [...hosts, ...networks],
  'host.updated': [...hosts, 'hostForeignDomains', ...networks, 'imageList', 'imageGet', ...vms],
  // Its images' records go with it.
  'host.removed': [...hosts, ...networks, ...images],
  // Its operations wait, or go on.
  'host.healthChanged': [...hosts, 'hostForeignDomains', ...networks, ...vms, ...operations],
  'host.leftoverRemoved': ['leftoverList'],
  'image.registered': images,
  'image.updated': [...images, ...templates, ...vms],
  'image.removed': images,
  'image.stateChanged': images,
  'image.copyChanged': ['imageList', 'imageGet'],
  'template.created': [...templates, 'imageList', 'imageGet', ...networks],
  'template.updated': [...templates, 'imageList', 'imageGet', ...networks],
  'template.removed': [...templates, 'imageList', 'imageGet', ...networks],
  'network.created': networks,
  'network.updated': [...networks, ...templates, ...vms],
  'network.removed': [...networks, 'settingsGet'],
  'vm.created': [...vms, ...vmCounts, ...vmOwners],
  'vm.updated': [...vms, ...vmCounts],
  'vm.stateChanged': [...vms, ...vmCounts],
  'vm.deleted': [...vms, ...vmCounts, ...vmOwners, 'leftoverList'],
  'vm.undeleted': [...vms, ...vmCounts, ...vmOwners],
  'vm.purged': [...vms, ...vmCounts, ...vmOwners, 'leftoverList'],
  'vm.transferred': [...vms, ...vmCounts],
  'vm.adopted': [...vms, ...vmCounts, ...vmOwners, 'hostForeignDomains', 'foreignDomainGet', 'leftoverList'],
  'vm.forgotten': [
    ...vms,
    ...vmCounts,
    ...vmOwners,
    'hostForeignDomains',
    'foreignDomainGet',
    'leftoverList',
  ],
  'vm.differs': vms,
  'vm.agrees': vms,
  'vm.moved': [...vms, ...hosts],
  'vm.startedElsewhere': [...vms, ...hosts, 'leftoverList'],
  'vm.conflict': [...vms, ...hosts, 'leftoverList'],
  'vm.conflictEnded': [...vms, ...hosts, 'leftoverList'],
  'vm.addressesChanged': vms,
  'vm.desktopOpened': [],
  'vm.serialConsoleOpened': [],
  'vm.watchLinkCreated': ['watchLinkList'],
  'vm.watchLinkRevoked': ['watchLinkList'],
  'vm.xmlShown': [],
  'operation.started': [...operations, ...vms, 'hostGet', 'imageGet', 'userDeletionPlan'],
  'operation.cancelRequested': [...operations, ...vms],
  'operation.finished': [...operations, ...vms, ...hosts, ...images, 'meGet', 'userDeletionPlan'],
  'class.created': [...classes, 'meGet'],
  'class.updated': [...classes, 'meGet', ...vms],
  'class.removed': [...classes, 'meGet', ...vms],
  'class.membersAdded': classes,
  'class.memberRemoved': [...classes, ...vms],
  'class.vmsCreated': classes,
  'class.expired': classes,
  // Of a network it says whether it is the default.
  'setting.changed': ['settingsGet', 'meGet', 'userList', 'userGet', ...networks],
} as const satisfies Record<EventType, readonly EndpointName[]>;

/** Does this event touch that cached answer? An answer about one other object of the same kind stays fresh. */
export function isStaleAfter(
  event: Pick<Event, 'type' | 'objectKind' | 'objectId'>,
  queryKey: readonly unknown[],
): boolean {
  const [name, input] = queryKey;
  const stale: readonly string[] = staleAfter[event.type];
  // Every event is a line of the audit log.
  if (name === 'auditList') return true;
  if (!stale.includes(name as string)) return false;
  const params = (input as { params?: Readonly<Record<string, string>> } | undefined)?.params;
  const subject = params?.[`${event.objectKind}Id`];
  return subject === undefined || subject === event.objectId;
}
