/** Why a VM went to the server it went to, and why not to the others. */
import type { HostAvailability, PlacementRefusal } from '@loucloud/api';
import { catalog } from './i18n.ts';

export const availabilityMessages = catalog(
  { open: 'open', maintenance: 'maintenance', disabled: 'disabled' } as const satisfies Record<
    HostAvailability,
    string
  >,
  { open: '开放', maintenance: '维护中', disabled: '已停用' },
);

export const refusalMessages = catalog(
  {
    disabled: 'it is disabled',
    maintenance: 'it is in maintenance',
    not_healthy: 'it is not healthy',
    other_architecture: 'another processor architecture',
    network_missing: 'it does not have the network',
    too_few_vcpus: 'too few vCPUs left',
    too_little_memory: 'too little memory left',
    too_little_disk: 'too little disk left',
    just_taken: 'what it had left was taken a moment before',
    is_here: 'it is there already',
    disk_not_there: 'the VM’s disk is not there',
    other_accelerator: 'it runs guests in another way',
    image_changed: 'its copy of the image is not what it was, and VMs rest on it',
  } as const satisfies Record<PlacementRefusal, string>,
  {
    disabled: '已停用',
    maintenance: '正在维护',
    not_healthy: '状态异常',
    other_architecture: '处理器架构与模板不符',
    network_missing: '没有所需的网络',
    too_few_vcpus: '剩余 vCPU 不足',
    too_little_memory: '剩余内存不足',
    too_little_disk: '剩余磁盘不足',
    just_taken: '剩余资源刚被占用',
    is_here: '虚拟机已在此服务器上',
    disk_not_there: '没有该虚拟机的磁盘（两台服务器不共享存储）',
    other_accelerator: '运行方式（加速）不同',
    image_changed: '它的镜像副本已被改动，且仍有虚拟机使用',
  },
);
