/** libvirt's public constants, under libvirt's own names in camelCase. */

/** virDomainState */
export const DomainState = {
  noState: 0,
  running: 1,
  blocked: 2,
  paused: 3,
  shutdown: 4,
  shutoff: 5,
  crashed: 6,
  pmSuspended: 7,
} as const;

/** virDomainRunningReason */
export const RunningReason = {
  unknown: 0,
  booted: 1,
  migrated: 2,
  restored: 3,
  fromSnapshot: 4,
  unpaused: 5,
  migrationCanceled: 6,
  saveCanceled: 7,
  wakeup: 8,
  crashed: 9,
  postcopy: 10,
  postcopyFailed: 11,
} as const;

/** virDomainShutoffReason */
export const ShutoffReason = {
  unknown: 0,
  shutdown: 1,
  destroyed: 2,
  crashed: 3,
  migrated: 4,
  saved: 5,
  failed: 6,
  fromSnapshot: 7,
  daemon: 8,
} as const;

/** virDomainPausedReason */
export const PausedReason = {
  unknown: 0,
  user: 1,
  migration: 2,
  save: 3,
  dump: 4,
  ioError: 5,
  watchdog: 6,
  fromSnapshot: 7,
  shuttingDown: 8,
  snapshot: 9,
  crashed: 10,
  startingUp: 11,
  postcopy: 12,
  postcopyFailed: 13,
  apiError: 14,
} as const;

/** virDomainEventID: what connectDomainEventCallbackRegisterAny asks for. */
export const DomainEventId = {
  lifecycle: 0,
  reboot: 1,
  rtcChange: 2,
  watchdog: 3,
  ioError: 4,
  graphics: 5,
  ioErrorReason: 6,
  controlError: 7,
  blockJob: 8,
  diskChange: 9,
  trayChange: 10,
  pmWakeup: 11,
  pmSuspend: 12,
  balloonChange: 13,
  pmSuspendDisk: 14,
  deviceRemoved: 15,
  blockJob2: 16,
  tunable: 17,
  agentLifecycle: 18,
  deviceAdded: 19,
  migrationIteration: 20,
  jobCompleted: 21,
  deviceRemovalFailed: 22,
  metadataChange: 23,
  blockThreshold: 24,
  memoryFailure: 25,
  memoryDeviceSizeChange: 26,
} as const;

/** virDomainEventType: `event` of a lifecycle event. */
export const DomainEvent = {
  defined: 0,
  undefined: 1,
  started: 2,
  suspended: 3,
  resumed: 4,
  stopped: 5,
  shutdown: 6,
  pmSuspended: 7,
  crashed: 8,
} as const;

/** virNetworkEventLifecycleType */
export const NetworkEvent = { defined: 0, undefined: 1, started: 2, stopped: 3 } as const;
/** virStoragePoolEventLifecycleType */
export const PoolEvent = {
  defined: 0,
  undefined: 1,
  started: 2,
  stopped: 3,
  created: 4,
  deleted: 5,
} as const;
/** virStoragePoolEventID */
export const PoolEventId = { lifecycle: 0, refresh: 1 } as const;
/** virNetworkEventID */
export const NetworkEventId = { lifecycle: 0 } as const;

/** virStoragePoolState */
export const PoolState = { inactive: 0, building: 1, running: 2, degraded: 3, inaccessible: 4 } as const;
/** virStorageVolType */
export const VolumeType = {
  file: 0,
  block: 1,
  directory: 2,
  network: 3,
  networkDirectory: 4,
  ploop: 5,
} as const;
/** virDomainJobType */
export const JobType = { none: 0, bounded: 1, unbounded: 2, completed: 3, failed: 4, cancelled: 5 } as const;
/** virDomainMetadataType */
export const MetadataType = { description: 0, title: 1, element: 2 } as const;
/** virDomainInterfaceAddressesSource */
export const AddressSource = { lease: 0, agent: 1, arp: 2 } as const;
/** virDomainCoreDumpFormat */
export const DumpFormat = { raw: 0, kdumpZlib: 1, kdumpLzo: 2, kdumpSnappy: 3, winDmp: 4 } as const;
/** virKeycodeSet */
export const KeycodeSet = {
  linux: 0,
  xt: 1,
  atset1: 2,
  atset2: 3,
  atset3: 4,
  osx: 5,
  xtKbd: 6,
  usb: 7,
  win32: 8,
  qnum: 9,
} as const;
/** virNetworkUpdateCommand */
export const NetworkUpdateCommand = { none: 0, modify: 1, delete: 2, addLast: 3, addFirst: 4 } as const;
/** virNetworkUpdateSection */
export const NetworkUpdateSection = {
  none: 0,
  bridge: 1,
  domain: 2,
  ip: 3,
  ipDhcpHost: 4,
  ipDhcpRange: 5,
  forward: 6,
  forwardInterface: 7,
  forwardPf: 8,
  portGroup: 9,
  dnsHost: 10,
  dnsTxt: 11,
  dnsSrv: 12,
} as const;
/** VIR_DRV_FEATURE_*: what connectSupportsFeature asks for. */
export const Feature = {
  migrationP2p: 4,
  migrationDirect: 5,
  migrationV3: 6,
  remoteEventCallback: 14,
  migrationParams: 13,
  programKeepalive: 10,
  networkUpdateHasCorrectOrder: 16,
} as const;
