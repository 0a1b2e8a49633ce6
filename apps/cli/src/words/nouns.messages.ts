/** The names of what the contract enumerates: kinds, roles, quota resources, formats. */
import type { ImageCopyState, ImageState, ObjectKind, QuotaResource } from '@loucloud/api';
import { catalog } from './i18n.ts';

export const kindMessages = catalog(
  {
    user: 'user',
    session: 'session',
    token: 'API token',
    host: 'server',
    image: 'image',
    template: 'template',
    vm: 'VM',
    network: 'network',
    setting: 'setting',
    operation: 'operation',
    class: 'class',
  } as const satisfies Record<ObjectKind, string>,
  {
    user: '用户',
    session: '会话',
    token: 'API 令牌',
    host: '服务器',
    image: '镜像',
    template: '模板',
    vm: '虚拟机',
    network: '网络',
    setting: '系统配置',
    operation: '操作',
    class: '班级',
  },
);

export const quotaMessages = catalog(
  {
    vms: 'VMs',
    runningVms: 'running VMs',
    vcpus: 'vCPUs',
    memoryMib: 'memory',
    diskBytes: 'disk',
  } as const satisfies Record<QuotaResource, string>,
  { vms: '虚拟机', runningVms: '运行中的虚拟机', vcpus: 'vCPU', memoryMib: '内存', diskBytes: '磁盘' },
);

export const roleMessages = catalog({ admin: 'administrator', member: 'member' } as const, {
  admin: '管理员',
  member: '普通用户',
});

export const imageStateMessages = catalog(
  { hashing: 'hashing', ready: 'ready', changed: 'changed', missing: 'missing' } as const satisfies Record<
    ImageState,
    string
  >,
  { hashing: '校验中', ready: '就绪', changed: '已被改动', missing: '文件丢失' },
);

export const imageCopyStateMessages = catalog(
  {
    copying: 'copying',
    ready: 'ready',
    changed: 'changed',
    failed: 'failed',
    removing: 'being deleted',
  } as const satisfies Record<ImageCopyState, string>,
  { copying: '复制中', ready: '就绪', changed: '已被改动', failed: '失败', removing: '删除中' },
);

export const networkKindMessages = catalog({ libvirt: 'libvirt network', bridge: 'bridge' } as const, {
  libvirt: 'libvirt 网络',
  bridge: '网桥',
});

export const visibilityMessages = catalog({ all: 'everybody', chosen: 'chosen users' } as const, {
  all: '所有人',
  chosen: '指定用户',
});
