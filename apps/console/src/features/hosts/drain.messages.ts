import { catalog } from '../../app/i18n.ts';

export const drainMessages = catalog(
  {
    action: 'Empty…',
    isDrained: 'It is being emptied already.',
    title: 'Empty {name}?',
    confirm: 'Empty {name}',
    text: 'The server goes into maintenance, and its machines are moved to other servers: what runs goes on meanwhile. You can cancel at any time; what has moved stays there.',
    movesStopped: 'Move machines that are off, too',
    shutsDown: 'Shut down machines that run and cannot move',
    empty: 'There are no machines on this server.',
    live: 'moves while it runs',
    offline: 'moves',
    isShutDown: 'is shut down',
    stays: 'stays',
    noRoom: 'No other server has room for it.',
  },
  {
    action: '腾空…',
    isDrained: '正在腾空。',
    title: '确定腾空 {name}？',
    confirm: '腾空 {name}',
    text: '服务器进入维护模式，其上的虚拟机迁移到其他服务器，运行中的虚拟机不会中断。可以随时取消，已迁移的留在新服务器上。',
    movesStopped: '同时迁移已关机的虚拟机',
    shutsDown: '将运行中而无法迁移的虚拟机关机',
    empty: '这台服务器上没有虚拟机。',
    live: '运行中迁移',
    offline: '迁移',
    isShutDown: '关机',
    stays: '保留',
    noRoom: '没有其他服务器可以容纳。',
  },
);
