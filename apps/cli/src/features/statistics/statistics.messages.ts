import { catalog } from '../../words/i18n.ts';

export const statisticsMessages = catalog(
  {
    vm: 'what a VM has used lately: processors, memory, disk, network',
    host: 'what has been used of a server lately: processors and memory; disk and network by its VMs',
    argVm: 'a VM’s name or id',
    argHost: 'a server’s name or id',
    optRange: 'the last five minutes, hour or day',
    time: 'TIME',
    cpu: 'CORES',
    read: 'READ/S',
    written: 'WRITTEN/S',
    received: 'RECEIVED/S',
    sent: 'SENT/S',
  },
  {
    vm: '一台虚拟机最近的用量：处理器、内存、磁盘、网络',
    host: '一台服务器最近的用量：处理器和内存；磁盘和网络为其虚拟机所用',
    argVm: '虚拟机的名称或 ID',
    argHost: '服务器的名称或 ID',
    optRange: '最近五分钟、一小时或一天',
    time: '时间',
    cpu: '核',
    read: '读/秒',
    written: '写/秒',
    received: '收/秒',
    sent: '发/秒',
  },
);
