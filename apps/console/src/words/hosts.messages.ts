/** What the checks of a server found, and how to put it right. */
import type { CheckCode, CheckName, DegradedReason, HostCheck, HostHealth } from '@loucloud/api';
import { catalog } from '../app/i18n.ts';

export const healthMessages = catalog(
  {
    connecting: 'Connecting',
    healthy: 'Healthy',
    degraded: 'Degraded',
    unreachable: 'Unreachable',
  } as const satisfies Record<HostHealth, string>,
  { connecting: '连接中', healthy: '正常', degraded: '降级', unreachable: '无法连接' },
);

/** Why a server is degraded. */
export const degradedMessages = catalog(
  {
    answers_slowly: 'It answers slowly: it has too much to do, or the network to it has.',
    calls_unanswered:
      'It is connected, but libvirt does not answer in time. Often its storage or one of its VMs hangs.',
  } as const satisfies Record<DegradedReason, string>,
  {
    answers_slowly: '响应缓慢：服务器负载过高，或网络拥塞。',
    calls_unanswered: '已连接，但 libvirt 未能及时响应，常见原因是存储或某台虚拟机卡住。',
  },
);

export const checkNameMessages = catalog(
  {
    reachable: 'Reachable',
    version: 'Version',
    pool: 'Storage pool',
    space: 'Free space',
    network: 'Network',
    accelerator: 'Acceleration',
  } as const satisfies Record<CheckName, string>,
  {
    reachable: '连接',
    version: '版本',
    pool: '存储池',
    space: '可用空间',
    network: '网络',
    accelerator: '硬件加速',
  },
);

export const checkOutcomeMessages = catalog(
  { ok: 'Passed', warning: 'Warning', failed: 'Failed', not_run: 'Not run' } as const satisfies Record<
    HostCheck['outcome'],
    string
  >,
  { ok: '通过', warning: '警告', failed: '失败', not_run: '未执行' },
);

export const checkMessages = catalog(
  {
    reachable: 'The server answers.',
    unreachable: 'The server does not answer.',
    permission_denied: 'The server answers, but LouCloud may not use it.',
    version_ok: 'libvirt and QEMU are new enough.',
    version_too_old: 'libvirt or QEMU is too old.',
    pool_ok: 'The storage pool is ready.',
    pool_will_be_made: 'The storage pool does not exist yet; it will be made.',
    pool_unusable: 'The storage pool cannot be used.',
    space_ok: 'There is enough free space.',
    space_low: 'There is little free space.',
    space_none: 'There is no free space.',
    network_ok: 'The network is up.',
    network_started: 'The network was off and has been started.',
    network_missing: 'The network does not exist.',
    network_cannot_start: 'The network cannot be started.',
    kvm_works: 'KVM works: VMs run at full speed.',
    kvm_advertised_but_hangs:
      'KVM is advertised, but a test guest did not run under it. VMs are emulated (TCG): slow.',
    kvm_absent: 'There is no KVM. VMs are emulated (TCG): slow.',
    no_accelerator: 'QEMU can run no guest here.',
    machines_simulated: 'This is libvirt’s test driver: its VMs are only played.',
    not_run: 'Not run, because an earlier check failed.',
  } as const satisfies Record<CheckCode, string>,
  {
    reachable: '服务器有响应。',
    unreachable: '服务器没有响应。',
    permission_denied: '服务器有响应，但 LouCloud 没有使用权限。',
    version_ok: 'libvirt 和 QEMU 版本满足要求。',
    version_too_old: 'libvirt 或 QEMU 版本过旧。',
    pool_ok: '存储池可用。',
    pool_will_be_made: '存储池尚不存在，将自动创建。',
    pool_unusable: '存储池不可用。',
    space_ok: '可用空间充足。',
    space_low: '可用空间不多。',
    space_none: '没有可用空间。',
    network_ok: '网络已启用。',
    network_started: '网络原先未启用，现已启动。',
    network_missing: '网络不存在。',
    network_cannot_start: '网络无法启动。',
    kvm_works: 'KVM 可用，虚拟机可全速运行。',
    kvm_advertised_but_hangs:
      '系统声明支持 KVM，但测试虚拟机无法在其上运行。虚拟机将以软件模拟（TCG）运行，速度较慢。',
    kvm_absent: '没有 KVM。虚拟机将以软件模拟（TCG）运行，速度较慢。',
    no_accelerator: 'QEMU 在此无法运行任何虚拟机。',
    machines_simulated: '这是 libvirt 的测试驱动，其虚拟机只是模拟。',
    not_run: '因前面的检查失败而未执行。',
  },
);

/** How to put it right; empty where there is nothing to do. */
export const checkFixMessages = catalog(
  {
    reachable: '',
    unreachable: 'Check that libvirtd runs and that the address is right: systemctl status libvirtd',
    permission_denied:
      'Run LouCloud as root, or add its user to the group libvirt: usermod -aG libvirt <user>',
    version_ok: '',
    version_too_old: 'Upgrade to libvirt 8.0 and QEMU 6.0 or newer.',
    pool_ok: '',
    pool_will_be_made: '',
    pool_unusable:
      'Look at it with “virsh pool-info” and start it with “virsh pool-start”, or choose another pool.',
    space_ok: '',
    space_low: 'Free some space, or choose a pool on a larger disk.',
    space_none: 'Free some space, or choose a pool on a larger disk.',
    network_ok: '',
    network_started: '',
    network_missing: 'Define it on the server (“virsh net-define”), or choose another default network.',
    network_cannot_start:
      'See why with “virsh net-start”. Another DHCP server or the same address range is the usual cause.',
    kvm_works: '',
    kvm_advertised_but_hangs:
      'If this server is itself a VM, allow nested virtualization on the machine below it.',
    kvm_absent: 'Switch on virtualization (VT-x, AMD-V) in the firmware and load kvm_intel or kvm_amd.',
    no_accelerator: 'Install qemu-system-x86 on the server.',
    machines_simulated: '',
    not_run: '',
  } as const satisfies Record<CheckCode, string>,
  {
    reachable: '',
    unreachable: '请确认 libvirtd 正在运行且地址无误：systemctl status libvirtd',
    permission_denied: '请以 root 运行 LouCloud，或将其用户加入 libvirt 组：usermod -aG libvirt <用户>',
    version_ok: '',
    version_too_old: '请升级到 libvirt 8.0、QEMU 6.0 或更新版本。',
    pool_ok: '',
    pool_will_be_made: '',
    pool_unusable: '请用 “virsh pool-info” 查看并用 “virsh pool-start” 启动，或选择其他存储池。',
    space_ok: '',
    space_low: '请清理空间，或选择更大磁盘上的存储池。',
    space_none: '请清理空间，或选择更大磁盘上的存储池。',
    network_ok: '',
    network_started: '',
    network_missing: '请在服务器上定义该网络（“virsh net-define”），或选择其他默认网络。',
    network_cannot_start: '请用 “virsh net-start” 查看原因，常见原因是已有其他 DHCP 服务或网段冲突。',
    kvm_works: '',
    kvm_advertised_but_hangs: '如果该服务器本身是虚拟机，请在其下层主机上开启嵌套虚拟化。',
    kvm_absent: '请在固件中开启虚拟化（VT-x、AMD-V），并加载 kvm_intel 或 kvm_amd 模块。',
    no_accelerator: '请在服务器上安装 qemu-system-x86。',
    machines_simulated: '',
    not_run: '',
  },
);
