/** The names of what the contract says about VMs outside LouCloud: how they differ, and what an adopted one lacks. */
import type { AdoptionLimit, DifferenceField } from '@loucloud/api';
import { catalog } from './i18n.ts';

export const differenceMessages = catalog(
  {
    name: 'name',
    description: 'description',
    owner: 'owner',
    vcpus: 'vCPUs at the next start',
    memoryMib: 'memory at the next start',
    runningVcpus: 'vCPUs of the running guest',
    runningMemoryMib: 'memory of the running guest',
    diskBytes: 'disk size',
    disk: 'disk file',
    disks: 'disks',
    cdrom: 'CD-ROM',
    networkCards: 'network cards',
  } as const satisfies Record<DifferenceField, string>,
  {
    name: '名称',
    description: '描述',
    owner: '所有者',
    vcpus: '下次启动的 vCPU',
    memoryMib: '下次启动的内存',
    runningVcpus: '运行中的 vCPU',
    runningMemoryMib: '运行中的内存',
    diskBytes: '磁盘容量',
    disk: '磁盘文件',
    disks: '磁盘',
    cdrom: '光盘',
    networkCards: '网卡',
  },
);

export const limitMessages = catalog(
  {
    no_disk: 'it has no disk',
    several_disks: 'it has several disks',
    disk_outside_pool: 'a disk lies outside the server’s pool',
    disk_not_file: 'a disk is not a file: a device, or on the network',
    passthrough: 'devices of the server are passed through to it',
    no_vnc_socket: 'no VNC on a unix socket: no desktop in the browser',
    no_serial: 'no serial line: no serial console',
    no_network_card: 'it has no network card',
    several_network_cards: 'it has several network cards',
    network_not_registered: 'its network is not registered',
    mac_address_taken: 'another VM has its MAC address',
  } as const satisfies Record<AdoptionLimit, string>,
  {
    no_disk: '没有磁盘',
    several_disks: '有多块磁盘',
    disk_outside_pool: '有磁盘在服务器的存储池之外',
    disk_not_file: '有磁盘不是文件，而是设备或网络磁盘',
    passthrough: '直通了服务器的设备',
    no_vnc_socket: '没有使用 unix 套接字的 VNC，无法在浏览器中打开桌面',
    no_serial: '没有串口，无法使用串口控制台',
    no_network_card: '没有网卡',
    several_network_cards: '有多块网卡',
    network_not_registered: '所在网络未登记',
    mac_address_taken: 'MAC 地址与其他虚拟机相同',
  },
);
