/** A server's health, its checks, what they found, and what to do about it. */
import type { Accelerator, CheckName, DegradedReason, HostCheck, HostHealth } from '@loucloud/api';
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
    name: 'name',
    connect: 'network',
    hostKey: 'SSH host key',
    login: 'login',
    certificate: 'certificates',
    libvirt: 'libvirt',
    version: 'versions',
    pool: 'storage pool',
    space: 'free space',
    network: 'VM network',
    accelerator: 'acceleration',
  } as const satisfies Record<CheckName, string>,
  {
    name: '名称解析',
    connect: '网络连通',
    hostKey: 'SSH 主机密钥',
    login: '登录',
    certificate: '证书',
    libvirt: 'libvirt 连接',
    version: '版本',
    pool: '存储池',
    space: '可用空间',
    network: '虚拟机网络',
    accelerator: '硬件加速',
  },
);

export const outcomeMessages = catalog(
  { ok: 'ok', warning: 'warning', failed: 'failed', not_run: 'not run' } as const satisfies Record<
    HostCheck['outcome'],
    string
  >,
  { ok: '通过', warning: '警告', failed: '失败', not_run: '未执行' },
);
