/** A server's health, its checks, what they found, and what to do about it. */
import type { Accelerator, CheckCode, CheckName, DegradedReason, HostCheck, HostHealth } from '@loucloud/api';
import { catalog } from './i18n.ts';

export const healthMessages = catalog(
  {
    connecting: 'connecting',
    healthy: 'healthy',
    degraded: 'degraded',
    unreachable: 'unreachable',
  } as const satisfies Record<HostHealth, string>,
  { connecting: '连接中', healthy: '正常', degraded: '降级', unreachable: '无法连接' },
);

/** Why a server is degraded. */
export const degradedMessages = catalog(
  {
    answers_slowly: 'it answers slowly',
    calls_unanswered: 'it is connected, but libvirt does not answer in time',
  } as const satisfies Record<DegradedReason, string>,
  { answers_slowly: '响应缓慢', calls_unanswered: '已连接，但 libvirt 未能及时响应' },
);

export const acceleratorMessages = catalog(
  { kvm: 'KVM', tcg: 'TCG (slow: no KVM)' } as const satisfies Record<Accelerator, string>,
  { kvm: 'KVM', tcg: 'TCG（较慢：没有 KVM）' },
);

export const checkNameMessages = catalog(
  {
    reachable: 'reachable',
    version: 'version',
    pool: 'storage pool',
    space: 'free space',
    network: 'network',
    accelerator: 'accelerator',
  } as const satisfies Record<CheckName, string>,
  {
    reachable: '连接',
    version: '版本',
    pool: '存储池',
    space: '剩余空间',
    network: '网络',
    accelerator: '加速',
  },
);

export const outcomeMessages = catalog(
  { ok: 'ok', warning: 'warning', failed: 'failed', not_run: 'not run' } as const satisfies Record<
    HostCheck['outcome'],
    string
  >,
  { ok: '通过', warning: '警告', failed: '失败', not_run: '未执行' },
);

export const checkMessages = catalog(
  {
    reachable: 'libvirt answers.',
    unreachable: 'libvirt does not answer.',
    permission_denied: 'libvirt refuses the connection.',
    version_ok: 'The versions of libvirt and QEMU are new enough.',
    version_too_old: 'libvirt or QEMU is too old.',
    pool_ok: 'The storage pool can be used.',
    pool_will_be_made: 'The storage pool is not there yet; it will be made.',
    pool_unusable: 'The storage pool cannot be used.',
    space_ok: 'There is enough free space.',
    space_low: 'Free space is low.',
    space_none: 'There is no free space.',
    network_ok: 'The network is active.',
    network_started: 'The network was not active; it has been started.',
    network_missing: 'The server does not have a registered network.',
    network_cannot_start: 'The network cannot be started.',
    kvm_works: 'KVM works.',
    kvm_advertised_but_hangs:
      'KVM is advertised, but a test guest did not run under it. VMs use TCG, which is slow.',
    kvm_absent: 'There is no KVM. VMs use TCG, which is slow.',
    no_accelerator: 'The server can run VMs neither under KVM nor under TCG.',
    machines_simulated: 'This is libvirt’s test driver: its VMs are only played.',
    not_run: 'Not checked, because an earlier check failed.',
  } as const satisfies Record<CheckCode, string>,
  {
    reachable: 'libvirt 有应答。',
    unreachable: 'libvirt 没有应答。',
    permission_denied: 'libvirt 拒绝连接。',
    version_ok: 'libvirt 与 QEMU 的版本满足要求。',
    version_too_old: 'libvirt 或 QEMU 版本过低。',
    pool_ok: '存储池可用。',
    pool_will_be_made: '存储池尚不存在，将会创建。',
    pool_unusable: '存储池无法使用。',
    space_ok: '剩余空间充足。',
    space_low: '剩余空间不多。',
    space_none: '没有剩余空间。',
    network_ok: '网络已启用。',
    network_started: '网络原先未启用，现已启动。',
    network_missing: '服务器上没有已登记的网络。',
    network_cannot_start: '网络无法启动。',
    kvm_works: 'KVM 可用。',
    kvm_advertised_but_hangs: '服务器声称支持 KVM，但测试虚拟机无法在其上运行。虚拟机将使用较慢的 TCG。',
    kvm_absent: '没有 KVM，虚拟机将使用较慢的 TCG。',
    no_accelerator: '服务器既不能用 KVM 也不能用 TCG 运行虚拟机。',
    machines_simulated: '这是 libvirt 的测试驱动，其虚拟机只是模拟。',
    not_run: '因前面的检查未通过而未检查。',
  },
);

/** What to do; empty where there is nothing to do. */
export const fixMessages = catalog(
  {
    reachable: '',
    unreachable:
      'Start libvirtd on the server (systemctl start libvirtd), and check the address with: virsh -c ADDRESS version',
    permission_denied:
      'Give the user that runs LouCloud the right to libvirt’s socket (usermod -aG libvirt USER), then start LouCloud again.',
    version_ok: '',
    version_too_old: 'Bring the server to Debian 12 or newer, or upgrade libvirt and QEMU there.',
    pool_ok: '',
    pool_will_be_made: '',
    pool_unusable:
      'Choose another pool with --pool, or repair this one: virsh pool-info POOL; virsh pool-start POOL',
    space_ok: '',
    space_low: 'Free some space on the pool’s disk, or choose another pool with --pool.',
    space_none: 'Free some space on the pool’s disk, or choose another pool with --pool.',
    network_ok: '',
    network_started: '',
    network_missing:
      'Define the network on the server (virsh net-define), or register another: loucloud network create',
    network_cannot_start:
      'See why on the server: virsh net-start NETWORK. Often dnsmasq is not installed, or the address range is taken.',
    kvm_works: '',
    kvm_advertised_but_hangs:
      'Switch nested virtualisation on in the machine below, or use a physical server.',
    kvm_absent:
      'Switch virtualisation (VT-x or AMD-V) on in the server’s firmware, and load the module kvm_intel or kvm_amd.',
    no_accelerator: 'Install QEMU for the server’s architecture (Debian: apt install qemu-system-x86).',
    machines_simulated: '',
    not_run: '',
  } as const satisfies Record<CheckCode, string>,
  {
    reachable: '',
    unreachable:
      '请在服务器上启动 libvirtd（systemctl start libvirtd），并用 virsh -c 地址 version 核对地址。',
    permission_denied:
      '请让运行 LouCloud 的用户能访问 libvirt 的套接字（usermod -aG libvirt 用户），然后重启 LouCloud。',
    version_ok: '',
    version_too_old: '请将服务器升级到 Debian 12 或更新版本，或升级其上的 libvirt 与 QEMU。',
    pool_ok: '',
    pool_will_be_made: '',
    pool_unusable: '请用 --pool 换一个存储池，或修复它：virsh pool-info 存储池；virsh pool-start 存储池',
    space_ok: '',
    space_low: '请清理存储池所在的磁盘，或用 --pool 换一个存储池。',
    space_none: '请清理存储池所在的磁盘，或用 --pool 换一个存储池。',
    network_ok: '',
    network_started: '',
    network_missing: '请在服务器上定义该网络（virsh net-define），或登记其他网络：loucloud network create',
    network_cannot_start:
      '请在服务器上查看原因：virsh net-start 网络。常见原因是没有安装 dnsmasq，或地址段已被占用。',
    kvm_works: '',
    kvm_advertised_but_hangs: '请在下层机器上开启嵌套虚拟化，或改用物理服务器。',
    kvm_absent: '请在服务器固件中开启虚拟化（VT-x 或 AMD-V），并加载 kvm_intel 或 kvm_amd 模块。',
    no_accelerator: '请安装与服务器架构对应的 QEMU（Debian：apt install qemu-system-x86）。',
    machines_simulated: '',
    not_run: '',
  },
);
