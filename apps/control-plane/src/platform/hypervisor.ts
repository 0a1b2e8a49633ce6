/**
 * What LouCloud asks of a host. The features and the operations know this page alone; a driver implements it
 * (drivers/libvirt). Every call is safe to repeat, has a deadline of its own, and throws a UserError
 * (`host_unreachable`, `deadline_exceeded`, `libvirt_refused`, …) that says what a person can act on.
 */
import type {
  Accelerator,
  AdoptedDisk,
  AdoptionLimit,
  ClipboardState,
  ConnectionProblem,
  DegradedReason,
  ErrorCode,
  ErrorDetails,
  Firmware,
  HostCheck,
  HostKey,
  ImageFormat,
  StateCause,
  VmState,
} from '@loucloud/api';
import type { DiskFacts, VmMoves } from './vm-moves.ts';

/** How a host's network is attached to: a libvirt network or a bridge, by the host's own name for it. */
export interface NetworkSource {
  readonly kind: 'libvirt' | 'bridge';
  readonly source: string;
}

export interface DiskSpec {
  readonly vmId: string;
  readonly poolName: string;
  readonly sizeBytes: number;
  /** The image that the disk is an overlay of; null: an empty disk. Its format is passed on, never probed. */
  readonly backing: { readonly path: string; readonly format: 'raw' | 'qcow2' } | null;
}

/** Everything that a domain's definition is made from. */
export interface DomainSpec {
  readonly vmId: string;
  /** libvirt's name for it: ASCII, unique on the host, the same for the VM's whole life. */
  readonly domainName: string;
  /** The VM's name, any Unicode: the domain's title and what the guest is told. */
  readonly name: string;
  readonly description: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly templateName: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly firmware: Firmware;
  readonly accelerator: Accelerator;
  readonly diskPath: string;
  /** An iso image to boot from, beside the disk. */
  readonly cdromPath: string | null;
  readonly network: NetworkSource;
  readonly macAddress: string;
}

/** What of a domain's definition may change while it runs. */
export type DomainLabel = Pick<DomainSpec, 'name' | 'description' | 'ownerId' | 'ownerName'>;

export interface DomainStatus {
  readonly vmId: string;
  readonly state: VmState;
  /** What the hypervisor says happened, by whomever: never an `…_outside`. Who asked for it is for the caller to know. */
  readonly cause: StateCause;
}

/** What a domain is defined as: compared with the record of a VM, and what an adoption starts from. */
export interface DomainHardware {
  readonly vmId: string;
  readonly domainName: string;
  readonly title: string;
  readonly description: string;
  /** At its next start. */
  readonly vcpus: number;
  readonly memoryMib: number;
  /** Of the running guest; null while it is off. */
  readonly runningVcpus: number | null;
  readonly runningMemoryMib: number | null;
  readonly disks: readonly AdoptedDisk[];
  /** Disks whose files are gone. */
  readonly missingDisks: readonly string[];
  /** What lies in its CD-ROM drive; null: empty, or no drive. */
  readonly cdromPath: string | null;
  readonly macAddresses: readonly string[];
  /** By its metadata; null: it has none of ours. */
  readonly label: DomainOwner | null;
  /** The XML that it would be defined again from, without passwords. */
  readonly definition: string;
}

export interface DomainOwner {
  readonly name: string;
  readonly ownerId: string;
  readonly ownerName: string;
  readonly templateName: string;
}

/** Any domain, as somebody sees it who may adopt it. */
export interface DomainPortrait extends DomainHardware {
  readonly state: VmState;
  readonly firmware: Firmware;
  /** Gone after its next shutdown. */
  readonly isTransient: boolean;
  /** Of its first card. */
  readonly network: NetworkSource | null;
  /** What its first disk rests on, if that lies in the pool. */
  readonly backingPath: string | null;
  readonly limits: readonly AdoptionLimit[];
}

/** A file in a pool, as libvirt has just seen it. */
export interface PoolVolume {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** ms since 1970; null: not known. */
  readonly changedAt: number | null;
  /** What it rests on. */
  readonly backingPath: string | null;
}

/** What lies on a host: for finding what nobody knows. */
export interface HostContents {
  readonly volumes: readonly PoolVolume[];
  /** Files that any domain, ours or not, is defined with. */
  readonly usedPaths: ReadonlySet<string>;
  /** Domains with our metadata. */
  readonly domains: readonly (DomainOwner & {
    readonly vmId: string;
    readonly domainName: string;
    readonly isActive: boolean;
  })[];
}

/** A domain on the host without our metadata. */
export interface ForeignDomainStatus {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

/** What a host was when it was last read. */
export interface HostFacts {
  readonly hostname: string;
  readonly libvirtVersion: string;
  readonly qemuVersion: string;
  readonly cpuModel: string;
  readonly arch: string;
  readonly vcpus: number;
  readonly memoryMib: number;
  readonly pool: PoolFacts;
  /** Active libvirt networks, and bridges. */
  readonly networks: readonly NetworkSource[];
}

/** Of a pool that cannot be used: no path, no bytes. */
export interface PoolFacts {
  readonly name: string;
  readonly path: string;
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

export interface ImageFacts {
  readonly format: ImageFormat;
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
}

/** A file or folder that libvirt lists; a folder's path ends with a slash. */
export interface PathEntry {
  readonly path: string;
  readonly isFolder: boolean;
  readonly sizeBytes: number;
}

/** What somebody sees at a path that they type. */
export interface PathSight {
  /** In its folder, those that begin as it ends, folders first. */
  readonly entries: readonly PathEntry[];
  readonly isMore: boolean;
  /** What the file at the path would be as an image; null: there is none. */
  readonly image: ImageFacts | null;
  /** Why it cannot be one. */
  readonly refusal: ErrorCode | null;
}

/** What two hosts can compare a file by without reading it. */
export interface FileStamp {
  readonly sizeBytes: number;
  /** Seconds since 1970 with a fraction, in the host's own words: to be compared, not counted with. */
  readonly modifiedAt: string;
}

/** An image's file on one host, and the file that it is to become in a pool of another. */
export interface ImageCopySpec {
  readonly from: { readonly hostId: string; readonly path: string };
  readonly to: { readonly hostId: string; readonly poolName: string; readonly volumeName: string };
  readonly format: ImageFormat;
  readonly sizeBytes: number;
  /** Of the whole file, in hexadecimal. */
  readonly sha256: string;
}

/** Counters of all that runs on a host, read at one moment by one call: rates are made of two such readings. */
export interface HostReading {
  /** ms, by a clock that only goes forward; it means nothing but beside other readings. */
  readonly readAtMs: number;
  /** Processor time that the machine has spent on work; null: it does not say. */
  readonly cpuNs: number | null;
  readonly memoryBytes: number | null;
  /** Running domains, ours and others, by their UUIDs. */
  readonly domains: ReadonlyMap<string, DomainReading>;
}

/** Counted since the domain was started; null: it did not say, as one whose monitor is busy. */
export interface DomainReading {
  /** Another one after each start: the counters begin at 0 then. */
  readonly run: number;
  readonly cpuNs: number | null;
  /** Taken of the host's memory now. */
  readonly memoryBytes: number | null;
  readonly diskReadBytes: number | null;
  readonly diskWrittenBytes: number | null;
  readonly receivedBytes: number | null;
  readonly sentBytes: number | null;
}

/** A two-way line to a VM: RFB bytes of its screen, or its serial console. It may end with an 'error' at any time. */
export type ByteStream = import('node:stream').Duplex;

/** One host. A call waits for the host's link for as long as its own deadline, then fails with `host_unreachable`. */
export interface HostDriver {
  /** Makes the VM's disk if it is not there; answers its path. */
  createDisk(spec: DiskSpec): Promise<string>;
  /** A missing disk is not an error. */
  deleteDisk(vmId: string, poolName: string): Promise<void>;
  /** null: the pool has no disk of that VM. */
  disk(vmId: string, poolName: string): Promise<DiskFacts | null>;
  /** Defines the domain, or redefines it while it is off. */
  define(spec: DomainSpec): Promise<void>;
  /** What the domain says of the VM, live and persistent: title, description, and whose it is. */
  relabel(vmId: string, label: DomainLabel): Promise<void>;
  /** vCPUs and memory at the next start; everything else in the definition stays as it is. */
  resize(vmId: string, size: Pick<DomainSpec, 'vcpus' | 'memoryMib'>): Promise<void>;
  /** Forgets the domain with its nvram, saved state and snapshots' metadata. A missing domain is not an error. */
  undefine(vmId: string, options?: { readonly keepNvram: boolean }): Promise<void>;

  /** Any domain, ours or not; null: the host has no such domain. */
  portrait(domainId: string, poolName: string): Promise<DomainPortrait | null>;
  /** Labels a domain as ours. It is neither redefined nor restarted, and nothing else of it changes. */
  label(domainId: string, owner: DomainOwner): Promise<void>;
  /** Takes our metadata away: the domain is foreign again. A domain that is gone is not an error. */
  unlabel(domainId: string): Promise<void>;
  /** Defines a domain that is gone from what it was defined from. */
  defineFrom(vmId: string, definition: string): Promise<void>;
  /** The VM's disk, if its file is there. */
  findDisk(vmId: string, poolName: string): Promise<string | null>;
  /** What of dumpCore is left. */
  deleteCore(vmId: string, poolName: string): Promise<void>;
  /** Files of disks in any pool of the host; answers those that no pool knows, which stay. */
  deleteFiles(paths: readonly string[]): Promise<string[]>;
  /** `waits`: for a host that is just being connected to, as somebody who looks would not. */
  contents(poolName: string, options?: { readonly waits: boolean }): Promise<HostContents>;
  /** A file that no domain uses. A missing file is not an error. */
  deleteVolume(name: string, poolName: string): Promise<void>;

  /** Starts it, going on from a saved state if it has one. A running domain is not an error. */
  start(vmId: string): Promise<void>;
  /** Presses the power button: by the guest agent, else by ACPI. Does not wait. */
  requestShutdown(vmId: string): Promise<void>;
  requestReboot(vmId: string): Promise<void>;
  /** Cuts the power. A domain that is off or gone is not an error. */
  powerOff(vmId: string): Promise<void>;
  reset(vmId: string): Promise<void>;
  suspend(vmId: string): Promise<void>;
  resume(vmId: string): Promise<void>;
  save(vmId: string): Promise<void>;
  /** Writes the guest's memory beside the pool's disks; answers the path. */
  dumpCore(vmId: string, poolName: string): Promise<string>;

  /** null: the host has no such domain. One without our metadata is `missing`: it is not ours. */
  status(vmId: string): Promise<DomainStatus | null>;
  /** Resolves when the domain is off (true), or after that time or at the abort (false). */
  waitUntilOff(vmId: string, options: { timeoutMs: number; signal: AbortSignal }): Promise<boolean>;
  xml(vmId: string): Promise<string>;
  /** From the DHCP lease or the guest agent; empty while there is none. */
  addresses(vmId: string): Promise<string[]>;
  foreignDomains(): Promise<ForeignDomainStatus[]>;
  /** As `portrait`, for somebody who looks: refused at once where the host does not answer. */
  foreignDomain(domainId: string, poolName: string): Promise<DomainPortrait | null>;

  /** Reads the file's format from its content; refuses what is not allowed (see PROMISES: hostile images). */
  inspectImage(path: string, expected?: ImageFormat): Promise<ImageFacts>;
  /** For somebody who looks: refused at once where the host does not answer. An empty path: the pools' folders. */
  lookAtPath(path: string): Promise<PathSight>;
  /** Streams the file; `onProgress` gets 0 to 1. */
  hashImage(path: string, onProgress: (fraction: number) => void, signal: AbortSignal): Promise<string>;

  /** null: no such file there, or none that may be an image. */
  stampFile(path: string): Promise<FileStamp | null>;
  /** Deletes a file that `copyImage` made, or began to make. A missing one is not an error. */
  deleteCopy(poolName: string, volumeName: string): Promise<void>;

  openDesktop(vmId: string): Promise<ByteStream>;
  /** Lets a running guest share its clipboard with its desktop, or no more; none where the host or the VM cannot. */
  shareClipboard(vmId: string, isShared: boolean): Promise<void>;
  /** Whether text can go to and from its guest's clipboard now. */
  clipboard(vmId: string): Promise<ClipboardState>;
  /** What is on its screen, as PNG or PPM; null: it has no screen. */
  screenshot(vmId: string): Promise<Uint8Array | null>;
  /** A new viewer takes the line over: the stream of the one before ends. */
  openSerialConsole(vmId: string): Promise<ByteStream>;

  readFacts(poolName: string): Promise<HostFacts>;
  /** null: the host cannot say. */
  readCounters(): Promise<HostReading | null>;
}

/**
 * What the hosts tell by themselves. A host is read whole after each connection, and every half minute for what an
 * event should have told. News of one VM come in order, and a snapshot neither overtakes them nor is overtaken.
 */
export interface HostObserver {
  /** Why what runs does so is not in it: that is asked of a VM that is not as it was. */
  onSnapshot(hostId: string, domains: readonly DomainStatus[], facts: HostFacts): Promise<void>;
  /** null state: the domain was undefined. */
  onDomain(hostId: string, vmId: string, status: DomainStatus | null): Promise<void>;
  onAddresses(hostId: string, vmId: string, addresses: readonly string[]): Promise<void>;
  /** One of our domains is defined otherwise than it was when last told. */
  onHardware(hostId: string, hardware: DomainHardware): Promise<void>;
  /** How a connected host answers, when that changes. It may come at any time: it waits for no other news. */
  onHealth(hostId: string, reason: DegradedReason | null): Promise<void>;
  /** Told again when the reason is another one. */
  onLost(hostId: string, loss: HostLoss): Promise<void>;
}

/** Why a host cannot be reached, and what fills the sentence that says so. */
export interface HostLoss {
  readonly code: ConnectionProblem | 'credentials_unreadable';
  readonly details: ErrorDetails;
}

/** What a host is logged in to with. Only ever in memory: it is neither stored nor logged nor shown as it is. */
export type Credentials =
  | { readonly kind: 'privateKey'; readonly privateKey: string; readonly passphrase?: string }
  | { readonly kind: 'password'; readonly password: string }
  | { readonly kind: 'certificate'; readonly ca: string; readonly certificate: string; readonly key: string };

export interface HostAccess {
  readonly credentials: Credentials | null;
  /** Fingerprint of the SSH key that the admin has confirmed; null: none yet, so that nobody logs in there. */
  readonly hostKey: string | null;
}

export interface HostConnection {
  readonly hostId: string;
  readonly uri: string;
  readonly poolName: string;
  /** Of a host that is reached over SSH or TLS. */
  readonly access?: HostAccess;
}

export interface CheckTarget extends Omit<HostConnection, 'hostId'> {
  readonly networks: readonly NetworkSource[];
}

export interface CheckOutcome {
  readonly checks: HostCheck[];
  readonly facts: HostFacts | null;
  readonly accelerator: Accelerator;
  /** The SSH key that it showed. */
  readonly hostKey: HostKey | null;
  /** libvirt's id of the machine, whatever its address; null: it did not come so far. */
  readonly hostUuid: string | null;
}

/** All hosts of the pool. */
export interface Hypervisor {
  /** From here on the host can be asked. It is connected to when it first is, or is watched. Safe to repeat. */
  join(connection: HostConnection): void;
  leave(hostId: string): Promise<void>;
  /** Tries a host again at once that cannot be reached, instead of when its time comes. */
  tryNow(hostId: string): void;
  /** Keeps the host connected, and tells the observer what goes on there. A host that has not joined is watched when it does. */
  watch(hostId: string): void;
  /** The observer hears nothing more of it; what it is being told is let finish. */
  unwatch(hostId: string): Promise<void>;
  /** The host's driver; a host that has not joined gives one whose calls fail with `host_unreachable`. */
  host(hostId: string): HostDriver;
  /** Tells the bytes of a host's stream as they come. They are the listener's only while it runs: what it keeps it copies. */
  readStream(stream: ByteStream, listener: (bytes: Buffer) => void): void;
  /** From one host to another. */
  readonly moves: VmMoves;
  observe(observer: HostObserver): void;
  /**
   * Carries an image's file from one host to another through this process; answers the new file's path. A file of that
   * name, the rest of an earlier attempt, is replaced. What did not arrive whole and with the right sha256 is deleted.
   * `onProgress` gets 0 to 1.
   */
  copyImage(
    spec: ImageCopySpec,
    options: { readonly onProgress: (fraction: number) => void; readonly signal: AbortSignal },
  ): Promise<string>;
  close(): Promise<void>;

  /** Runs the named checks against a host that has not joined. Makes the pool and starts the network if they can be made. */
  check(target: CheckTarget, onCheck: (check: HostCheck) => void): Promise<CheckOutcome>;
}
