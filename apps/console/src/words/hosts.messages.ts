/** What the checks of a server found, and how to put it right. */
import type { CheckName, DegradedReason, HostCheck, HostHealth } from '@loucloud/api';
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
    name: 'Name',
    connect: 'Network',
    hostKey: 'SSH host key',
    login: 'Login',
    certificate: 'Certificates',
    libvirt: 'libvirt',
    version: 'Versions',
    pool: 'Storage pool',
    space: 'Free space',
    network: 'VM network',
    accelerator: 'Acceleration',
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

export const checkOutcomeMessages = catalog(
  { ok: 'Passed', warning: 'Warning', failed: 'Failed', not_run: 'Not run' } as const satisfies Record<
    HostCheck['outcome'],
    string
  >,
  { ok: '通过', warning: '警告', failed: '失败', not_run: '未执行' },
);
