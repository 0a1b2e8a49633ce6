/** Why a VM went to the server it went to, and why not to the others. */
import type { HostAvailability, PlacementRefusal } from '@loucloud/api';
import { catalog } from '../app/i18n.ts';

export const availabilityMessages = catalog(
  { open: 'Open', maintenance: 'Maintenance', disabled: 'Disabled' } as const satisfies Record<
    HostAvailability,
    string
  >,
  { open: '开放', maintenance: '维护中', disabled: '已停用' },
);

/** Slots are the refusal's details. */
export const refusalMessages = catalog(
  {
    disabled: 'it is disabled',
    maintenance: 'it is in maintenance',
    not_healthy: 'it is not healthy',
    other_architecture: 'its processor ({arch}) is not what templates are made for',
    network_missing: 'it does not have the network {network}',
    too_few_vcpus: '{freeVcpus} vCPUs left, {vcpus} needed',
    too_little_memory: '{freeMemoryMib} of memory left, {memoryMib} needed',
    too_little_disk: '{freeDiskBytes} of disk left, {diskBytes} needed',
    just_taken: 'what it had left was taken a moment before',
    is_here: 'the machine is there already',
    disk_not_there: 'the VM’s disk is not there: it lies on storage that this server does not have',
    other_accelerator: 'it runs guests in another way ({accelerator})',
    image_changed: 'its copy of the image is not what it was, and VMs rest on it',
  } as const satisfies Record<PlacementRefusal, string>,
  {
    disabled: '已停用',
    maintenance: '正在维护',
    not_healthy: '状态异常',
    other_architecture: '处理器架构（{arch}）与模板不符',
    network_missing: '没有网络 {network}',
    too_few_vcpus: 'vCPU 剩余 {freeVcpus}，需要 {vcpus}',
    too_little_memory: '内存剩余 {freeMemoryMib}，需要 {memoryMib}',
    too_little_disk: '磁盘剩余 {freeDiskBytes}，需要 {diskBytes}',
    just_taken: '剩余资源刚被占用',
    is_here: '虚拟机已在这台服务器上',
    disk_not_there: '没有该虚拟机的磁盘（两台服务器不共享存储）',
    other_accelerator: '运行方式不同（{accelerator}）',
    image_changed: '它的镜像副本已被改动，且仍有虚拟机使用',
  },
);

/** For a refusal that came without its amounts. */
export const shortRefusalMessages = catalog(
  {
    disabled: 'disabled',
    maintenance: 'in maintenance',
    not_healthy: 'not healthy',
    other_architecture: 'another processor architecture',
    network_missing: 'the network is not there',
    too_few_vcpus: 'too few vCPUs left',
    too_little_memory: 'too little memory left',
    too_little_disk: 'too little disk left',
    just_taken: 'just taken',
    is_here: 'there already',
    disk_not_there: 'does not have its disk',
    other_accelerator: 'runs guests in another way',
    image_changed: 'its copy of the image has changed',
  } as const satisfies Record<PlacementRefusal, string>,
  {
    disabled: '已停用',
    maintenance: '正在维护',
    not_healthy: '状态异常',
    other_architecture: '处理器架构不符',
    network_missing: '没有该网络',
    too_few_vcpus: 'vCPU 不足',
    too_little_memory: '内存不足',
    too_little_disk: '磁盘空间不足',
    just_taken: '刚被占用',
    is_here: '已在该服务器上',
    disk_not_there: '没有该虚拟机的磁盘（两台服务器不共享存储）',
    other_accelerator: '运行方式不同',
    image_changed: '镜像副本已被改动',
  },
);
