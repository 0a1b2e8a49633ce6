/** The names of what the contract enumerates and most pages show: resources, roles, the small words. */
import type { ObjectKind, QuotaResource } from '@loucloud/api';
import { catalog } from '../app/i18n.ts';

export const quotaMessages = catalog(
  {
    vms: 'VMs',
    runningVms: 'Running VMs',
    vcpus: 'vCPUs',
    memoryMib: 'Memory',
    diskBytes: 'Disk',
  } as const satisfies Record<QuotaResource, string>,
  { vms: '虚拟机', runningVms: '运行中的虚拟机', vcpus: 'vCPU', memoryMib: '内存', diskBytes: '磁盘' },
);

export const kindMessages = catalog(
  {
    user: 'User',
    session: 'Session',
    token: 'API token',
    host: 'Server',
    image: 'Image',
    template: 'Template',
    vm: 'VM',
    network: 'Network',
    setting: 'Setting',
    operation: 'Operation',
    class: 'Class',
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
