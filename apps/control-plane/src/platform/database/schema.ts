/**
 * The tables, as Kysely sees them. Ids are UUIDs made in code; times are milliseconds since 1970; booleans are 0 or 1;
 * JSON is text. Each store turns rows into the API's nouns; no row leaves its store.
 */
import type { Generated } from 'kysely';

type Flag = 0 | 1;
type Json = string;

export interface UserTable {
  id: string;
  name: string;
  display_name: string;
  role: 'admin' | 'member';
  password_hash: string;
  is_disabled: Flag;
  /** null: the default quota's value holds. */
  quota_vms: number | null;
  quota_running_vms: number | null;
  quota_vcpus: number | null;
  quota_memory_mib: number | null;
  quota_disk_bytes: number | null;
  /** What the user's VMs have reserved; changed only by reservation-store.ts. */
  used_vms: number;
  used_running_vms: number;
  used_vcpus: number;
  used_memory_mib: number;
  used_disk_bytes: number;
  preferences: Json;
  created_at: number;
  last_login_at: number | null;
}

export interface SessionTable {
  id: string;
  user_id: string;
  /** SHA-256 of the cookie's value, hex. */
  token_hash: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  address: string;
  user_agent: string;
}

export interface ApiTokenTable {
  id: string;
  user_id: string;
  name: string;
  secret_hash: string;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
}

export interface HostTable {
  id: string;
  name: string;
  uri: string;
  transport: 'local' | 'ssh' | 'tls';
  /** What of: the credentials themselves are a secret of their own. */
  credential_kind: 'ownKey' | 'privateKey' | 'password' | 'certificate' | null;
  /** HostKey */
  host_key: Json | null;
  /** libvirt's id of the machine. */
  host_uuid: string | null;
  is_enabled: Flag;
  is_in_maintenance: Flag;
  pool_name: string;
  pool_path: string;
  accelerator: 'kvm' | 'tcg';
  vcpu_overcommit: number;
  memory_overcommit: number;
  /** Hosts with the same one have one pool: it was tried. null: not known yet. */
  storage_id: string | null;
  /** Kept for the host itself. */
  system_memory_mib: number;
  health: 'connecting' | 'healthy' | 'degraded' | 'unreachable';
  health_reason: string | null;
  /** ErrorDetails */
  health_details: Json;
  hostname: string;
  libvirt_version: string;
  qemu_version: string;
  cpu_model: string;
  arch: string;
  physical_vcpus: number;
  physical_memory_mib: number;
  pool_capacity_bytes: number;
  pool_available_bytes: number;
  /** Changed only by reservation-store.ts. vCPUs and memory of active VMs, disks of all. */
  reserved_vcpus: number;
  reserved_memory_mib: number;
  reserved_disk_bytes: number;
  /** HostCheck[] */
  checks: Json;
  /** HostNetwork[]: what VMs can be attached to there. */
  networks: Json;
  created_at: number;
}

export interface ImageTable {
  id: string;
  name: string;
  description: string;
  host_id: string;
  path: string;
  format: 'raw' | 'qcow2' | 'iso';
  state: 'hashing' | 'ready' | 'changed' | 'missing';
  size_bytes: number;
  virtual_size_bytes: number;
  sha256: string | null;
  created_at: number;
}

/** An image on a host that it is not registered on. It outlives its image until its file is gone. */
export interface ImageCopyTable {
  image_id: string;
  host_id: string;
  state: 'copying' | 'ready' | 'changed' | 'failed' | 'removing';
  /** null while it is not known. */
  path: string | null;
  /** The file that we made; its pool's name is the one of that time. */
  pool_name: string;
  volume_name: string;
  /** The very file that another host has too: nothing of it is ours on this host. */
  is_shared: Flag;
  /** What it holds of its host's disk reservation: the file's length, or nothing where nothing was copied. */
  reserved_bytes: number;
  problem: Json | null;
  operation_id: string | null;
  /** The admin wants it there, whether or not a VM waits for it. */
  is_prefetched: Flag;
  created_at: number;
  last_used_at: number;
}

export interface NetworkTable {
  id: string;
  name: string;
  description: string;
  kind: 'libvirt' | 'bridge';
  source: string;
  created_at: number;
}

export interface TemplateTable {
  id: string;
  name: string;
  description: string;
  vcpus: number;
  memory_mib: number;
  disk_bytes: number;
  image_id: string;
  network_id: string;
  firmware: 'bios' | 'uefi';
  visibility: 'all' | 'chosen';
  created_at: number;
}

export interface TemplateUserTable {
  template_id: string;
  user_id: string;
}

export interface VmTable {
  id: string;
  name: string;
  description: string;
  owner_id: string;
  /** Kept when the template is removed: null then. Its name stays. */
  template_id: string | null;
  template_name: string;
  /** null: LouCloud did not make its disk. */
  image_id: string | null;
  /** null: on none that is registered. */
  network_id: string | null;
  host_id: string;
  /** Where it is being moved to: its share there is reserved beside the one here. */
  target_host_id: string | null;
  domain_name: string;
  state:
    | 'stopped'
    | 'running'
    | 'paused'
    | 'saved'
    | 'crashed'
    | 'failed'
    | 'missing'
    | 'unknown'
    | 'deleted';
  state_cause: string;
  state_changed_at: number;
  /** The operation that holds the VM. A hold ends in the transaction that ends its operation. */
  operation_id: string | null;
  vcpus: number;
  memory_mib: number;
  disk_bytes: number;
  /** Of disk_bytes, what lies in the host's pool: what it takes of the host. */
  pool_disk_bytes: number;
  firmware: 'bios' | 'uefi';
  /** null: it has no network card, or one with an address that is another's. */
  mac_address: string | null;
  /** string[] */
  ip_addresses: Json;
  /** Holds a running VM's share of the user's quota and of the host. Changed only by reservation-store.ts. */
  is_active: Flag;
  /** New each time the VM begins to run: what a desktop ticket is good for. */
  run_id: string | null;
  last_problem: Json | null;
  /** Difference[] */
  differences: Json;
  /** AdoptionRecord; null: LouCloud made it. */
  adoption: Json | null;
  /** The XML of a domain that LouCloud did not make, to define it again from. */
  definition: string | null;
  is_protected: Generated<Flag>;
  /** When it was put into the recycle bin, and is to be purged; null: it is not there. */
  deleted_at: number | null;
  purge_at: number | null;
  /** The class that it was made for. */
  class_id: string | null;
  /** Its id while it lies in the recycle bin, else empty: names are unique among the rest alone. */
  bin_key: Generated<string>;
  created_at: number;
}

export interface ClassTable {
  id: string;
  name: string;
  description: string;
  /** Who leads it. */
  owner_id: string;
  /** null: it was removed. */
  template_id: string | null;
  template_name: string;
  expires_at: number | null;
  /** When its VMs were put away after that. */
  expired_at: number | null;
  created_at: number;
}

/** Their VM is the one that is theirs and has the class's id. */
export interface ClassMemberTable {
  class_id: string;
  user_id: string;
  /** What the class did last for this member. */
  operation_id: string | null;
  /** The `class.act` that began it. */
  batch_id: string | null;
  /** Problem: why that was refused, or failed. */
  problem: Json | null;
  added_at: number;
}

/** A VM's domain on a host that is not the VM's: as that host last said. */
export interface StaleDomainTable {
  vm_id: string;
  host_id: string;
  is_running: Flag;
}

export interface OperationTable {
  id: string;
  type: string;
  state: 'queued' | 'running' | 'undoing' | 'done' | 'failed' | 'cancelled' | 'superseded';
  owner_id: string | null;
  actor_id: string | null;
  actor_name: string;
  object_kind: string;
  object_id: string;
  object_name: string;
  host_id: string | null;
  input: Json;
  /** StepRecord[] */
  steps: Json;
  progress: number | null;
  deadline_at: number | null;
  cancel_requested_at: number | null;
  error: Json | null;
  result: Json;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  /** Of the claim under which it was last taken up: whoever has an older one writes nothing of it any more. */
  fence: number;
}

export interface EventTable {
  seq: Generated<number>;
  type: string;
  at: number;
  actor_id: string | null;
  actor_name: string | null;
  address: string | null;
  object_kind: string;
  object_id: string;
  object_name: string;
  owner_id: string | null;
  details: Json;
}

/** A process that serves. */
export interface ControlPlaneTable {
  id: string;
  /** Of its machine. */
  name: string;
  version: string;
  /** Counted up while it lives: the others see that it is alive by their own clocks. */
  beat: number;
  started_at: number;
}

/** What exactly one control plane does: the work of one host, or the work that is no host's. */
export interface ClaimTable {
  name: string;
  /** null: nobody's. */
  holder_id: string | null;
  /** Counted up with each holder. */
  fence: number;
}

export interface SettingTable {
  name: string;
  value: Json;
}

export interface SecretTable {
  name: string;
  /** See secret-box.ts. */
  sealed: string;
}

export interface ConsoleTicketTable {
  /** SHA-256 of the ticket, hex. */
  ticket_hash: string;
  kind: 'desktop' | 'serial';
  vm_id: string;
  run_id: string;
  user_id: string;
  /** The session or API token that asked; the desktop ends with it. */
  session_id: string;
  expires_at: number;
  is_view_only: 0 | 1;
  /** The watch link that it was given for, if it was. */
  link_id: string | null;
}

/** Who has it and is logged in may watch the VM's screen. */
export interface WatchLinkTable {
  id: string;
  /** SHA-256 of the link's secret, hex. */
  secret_hash: string;
  vm_id: string;
  /** Whose the VM was: it is good for no other owner's. */
  vm_owner_id: string;
  created_by: string;
  created_at: number;
  expires_at: number;
}

/** One open screen, for the other control planes to know who watches. */
export interface ViewerTable {
  id: string;
  control_plane_id: string;
  vm_id: string;
  user_id: string;
  user_name: string;
}

/** What a sweep found: something that no record knows, or a VM of which something is missing. */
export interface FindingTable {
  host_id: string;
  kind: 'disk' | 'domain' | 'missingDisk' | 'missingDomain';
  /** A file's name, a domain's UUID, a VM's id. */
  item_id: string;
  first_seen_at: number;
}

/** Two hours of what a VM or a host used, in five minutes each: see features/statistics/history-block.ts. */
export interface StatisticsTable {
  /** ms since 1970, a multiple of the two hours. */
  starts_at: number;
  /** Not a reference: what is old goes by its age. */
  object_id: string;
  samples: string;
}

/** Figures that a control plane is asked for and another one has: it writes them here while they are wanted. */
export interface LiveStatisticsTable {
  object_id: string;
  /** ms since 1970. */
  wanted_until: number;
  /** See features/statistics/recent-figures.ts; null: there are none. */
  samples: string | null;
}

export interface Schema {
  user: UserTable;
  session: SessionTable;
  api_token: ApiTokenTable;
  host: HostTable;
  image: ImageTable;
  image_copy: ImageCopyTable;
  network: NetworkTable;
  template: TemplateTable;
  template_user: TemplateUserTable;
  vm: VmTable;
  class: ClassTable;
  class_member: ClassMemberTable;
  stale_domain: StaleDomainTable;
  operation: OperationTable;
  event: EventTable;
  setting: SettingTable;
  secret: SecretTable;
  console_ticket: ConsoleTicketTable;
  watch_link: WatchLinkTable;
  viewer: ViewerTable;
  control_plane: ControlPlaneTable;
  claim: ClaimTable;
  finding: FindingTable;
  statistics: StatisticsTable;
  live_statistics: LiveStatisticsTable;
}
