/** libvirt's flag bits. 0 is always "nothing special"; join several with `|`. */

/** virConnectListAllDomainsFlags */
export const ListDomainsFlag = {
  active: 1,
  inactive: 2,
  persistent: 4,
  transient: 8,
  running: 16,
  paused: 32,
  shutoff: 64,
  other: 128,
  managedSave: 256,
  noManagedSave: 512,
  autostart: 1024,
  noAutostart: 2048,
  hasSnapshot: 4096,
  noSnapshot: 8192,
} as const;
/** virConnectListAllNetworksFlags; virConnectListAllStoragePoolsFlags begin the same. */
export const ListNetworksFlag = {
  inactive: 1,
  active: 2,
  persistent: 4,
  transient: 8,
  autostart: 16,
  noAutostart: 32,
} as const;
export const ListPoolsFlag = ListNetworksFlag;
/** virDomainDefineFlags: validating against the schema costs some 20 ms, and catches what would be dropped silently. */
export const DefineFlag = { validate: 1 } as const;
/** virDomainCreateFlags */
export const CreateFlag = {
  startPaused: 1,
  autoDestroy: 2,
  bypassCache: 4,
  forceBoot: 8,
  validate: 16,
  resetNvram: 32,
} as const;
/** virDomainUndefineFlagsValues */
export const UndefineFlag = {
  managedSave: 1,
  snapshotsMetadata: 2,
  nvram: 4,
  keepNvram: 8,
  checkpointsMetadata: 16,
  tpm: 32,
  keepTpm: 64,
} as const;
/** virDomainDestroyFlagsValues */
export const DestroyFlag = { graceful: 1, removeLogs: 2 } as const;
/** virDomainShutdownFlagValues */
export const ShutdownFlag = {
  acpiPowerButton: 1,
  guestAgent: 2,
  initctl: 4,
  signal: 8,
  paravirt: 16,
} as const;
/** virDomainRebootFlagValues */
export const RebootFlag = ShutdownFlag;
/** virDomainSaveRestoreFlags */
export const SaveFlag = { bypassCache: 1, running: 2, paused: 4, resetNvram: 8 } as const;
/** virDomainCoreDumpFlags */
export const CoreDumpFlag = { crash: 1, live: 2, bypassCache: 4, reset: 8, memoryOnly: 16 } as const;
/** virDomainXMLFlags: without `secure` passwords are left out. */
export const XmlFlag = { secure: 1, inactive: 2, updateCpu: 4, migratable: 8 } as const;
/** virDomainModificationImpact */
export const Impact = { current: 0, live: 1, config: 2 } as const;
/** virDomainVcpuFlags */
export const VcpuFlag = { live: 1, config: 2, maximum: 4, guest: 8, hotpluggable: 16 } as const;
/** virDomainMemoryModFlags */
export const MemoryFlag = { live: 1, config: 2, maximum: 4 } as const;
/** virDomainBlockResizeFlags */
export const BlockResizeFlag = { bytes: 1 } as const;
/** virDomainConsoleFlags: `force` takes the console over from another session. */
export const ConsoleFlag = { force: 1, safe: 2 } as const;
/** virDomainStatsTypes */
export const StatsType = {
  state: 1,
  cpuTotal: 2,
  balloon: 4,
  vcpu: 8,
  interface: 16,
  block: 32,
  perf: 64,
  iothread: 128,
  memory: 256,
  dirtyRate: 512,
  vm: 1024,
} as const;
/** virConnectGetAllDomainStatsFlags, beside those of ListDomainsFlag. */
export const StatsFlag = { noWait: 0x2000_0000, backing: 0x4000_0000, enforceStats: 0x8000_0000 } as const;
/** virDomainGuestInfoTypes */
export const GuestInfoType = {
  users: 1,
  os: 2,
  timezone: 4,
  hostname: 8,
  fileSystem: 16,
  disks: 32,
  interfaces: 64,
} as const;
/** virDomainSnapshotCreateFlags */
export const SnapshotFlag = {
  redefine: 1,
  current: 2,
  noMetadata: 4,
  halt: 8,
  diskOnly: 16,
  reuseExternal: 32,
  quiesce: 64,
  atomic: 128,
  live: 256,
  validate: 512,
} as const;
/** virDomainBlockCommitFlags */
export const BlockCommitFlag = { shallow: 1, delete: 2, active: 4, relative: 8, bandwidthBytes: 16 } as const;
/** virDomainBlockJobAbortFlags */
export const BlockJobAbortFlag = { async: 1, pivot: 2 } as const;
/** virStorageVolUploadFlags and virStorageVolDownloadFlags */
export const VolumeTransferFlag = { sparse: 1 } as const;
/** virStorageVolCreateFlags */
export const VolumeCreateFlag = { preallocMetadata: 1, reflink: 2, validate: 4 } as const;
/** virStorageVolDeleteFlags */
export const VolumeDeleteFlag = { zeroed: 1, withSnapshots: 2 } as const;
/** virStorageVolResizeFlags */
export const VolumeResizeFlag = { allocate: 1, delta: 2, shrink: 4 } as const;
/** virStoragePoolCreateFlags */
export const PoolCreateFlag = { build: 1, buildOverwrite: 2, buildNoOverwrite: 4 } as const;
/** virStoragePoolBuildFlags */
export const PoolBuildFlag = { repair: 1, resize: 2, noOverwrite: 4, overwrite: 8 } as const;
/** virNetworkUpdateFlags */
export const NetworkUpdateFlag = Impact;
/** virQemuMonitorCommand: the human monitor instead of QMP. */
export const MonitorCommandFlag = { hmp: 1 } as const;
/** virDomainMigrateFlags */
export const MigrateFlag = {
  live: 1,
  peer2peer: 2,
  tunnelled: 4,
  persistDestination: 8,
  undefineSource: 16,
  paused: 32,
  nonSharedDisk: 64,
  nonSharedIncremental: 128,
  changeProtection: 256,
  unsafe: 512,
  offline: 1024,
  compressed: 2048,
  abortOnError: 4096,
  autoConverge: 8192,
  rdmaPinAll: 16_384,
  postcopy: 32_768,
  tls: 65_536,
  parallel: 131_072,
} as const;
