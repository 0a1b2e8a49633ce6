/** What becomes of VMs outside LouCloud: how they differ from the record, and what an adopted one lacks. */
import type { AdoptionLimit, DifferenceField } from '@loucloud/api';
import { catalog } from '../app/i18n.ts';

export const differenceMessages = catalog(
  {
    name: 'Name',
    description: 'Description',
    owner: 'Owner',
    vcpus: 'vCPUs at the next start',
    memoryMib: 'Memory at the next start',
    runningVcpus: 'vCPUs of the running guest',
    runningMemoryMib: 'Memory of the running guest',
    diskBytes: 'Disk size',
    disk: 'Disk file',
    disks: 'Disks',
    cdrom: 'CD-ROM',
    networkCards: 'Network cards',
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
    no_disk: 'It has no disk.',
    several_disks: 'It has several disks. The quota counts them together; LouCloud changes none of them.',
    disk_outside_pool: 'A disk lies outside the server’s storage pool, where LouCloud does not look at it.',
    disk_not_file: 'A disk is not a file, but a device of the server or on the network.',
    passthrough: 'Devices of the server are passed through to it, so it cannot be saved to disk.',
    no_vnc_socket: 'It has no VNC on a unix socket: no desktop in the browser.',
    no_serial: 'It has no serial line: no serial console.',
    no_network_card: 'It has no network card.',
    several_network_cards: 'It has several network cards; LouCloud shows the first.',
    network_not_registered: 'Its network is not registered in LouCloud.',
    mac_address_taken: 'Another VM has the same MAC address.',
  } as const satisfies Record<AdoptionLimit, string>,
  {
    no_disk: '没有磁盘。',
    several_disks: '有多块磁盘，配额按总容量计算，LouCloud 不会改动它们。',
    disk_outside_pool: '有磁盘在服务器的存储池之外，LouCloud 不会检查它。',
    disk_not_file: '有磁盘不是文件，而是服务器的设备或网络磁盘。',
    passthrough: '直通了服务器的设备，因此无法保存到磁盘。',
    no_vnc_socket: '没有使用 unix 套接字的 VNC，无法在浏览器中打开桌面。',
    no_serial: '没有串口，无法使用串口控制台。',
    no_network_card: '没有网卡。',
    several_network_cards: '有多块网卡，LouCloud 只显示第一块。',
    network_not_registered: '所在网络未在 LouCloud 登记。',
    mac_address_taken: 'MAC 地址与其他虚拟机相同。',
  },
);
