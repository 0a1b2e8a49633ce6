import { catalog } from '../../app/i18n.ts';

export const adoptMessages = catalog(
  {
    title: 'Adopt {name}?',
    what: 'It becomes a VM in LouCloud. It is only labelled: neither changed nor restarted.',
    transient:
      'It is transient: libvirt forgets it at its next shutdown. Define it permanently first (virsh define), then adopt it.',
    size: '{state} · {vcpus} {vcpus:vCPU|vCPUs} · {memory} · {disk}',
    owner: 'Owner',
    ownerHint: 'The owner’s quota has to have room for it.',
    name: 'Name in LouCloud',
    nameHint: 'If left empty: {name}',
    adopt: 'Adopt',
    adoptLong: 'Adopt…',
    adopted: '{name} is now a VM of {owner}',
  },
  {
    title: '确定接管 {name}？',
    what: '它将成为 LouCloud 中的虚拟机。只写入标识，不改动也不重启它。',
    transient: '它是临时的，关机后 libvirt 就会忘记它。请先用 virsh define 永久定义，再接管。',
    size: '{state} · {vcpus} vCPU · {memory} · {disk}',
    owner: '所有者',
    ownerHint: '须在所有者的配额之内。',
    name: '在 LouCloud 中的名称',
    nameHint: '不填则为：{name}',
    adopt: '接管',
    adoptLong: '接管…',
    adopted: '{name} 现归 {owner} 所有',
  },
);

/** A foreign machine's state, by virsh's word for it. */
export const foreignStateMessages = catalog(
  {
    'no state': 'Unknown',
    running: 'Running',
    idle: 'Running',
    paused: 'Paused',
    'in shutdown': 'Shutting down',
    'shut off': 'Stopped',
    crashed: 'Crashed',
    pmsuspended: 'Asleep',
  },
  {
    'no state': '未知',
    running: '运行中',
    idle: '运行中',
    paused: '已暂停',
    'in shutdown': '关机中',
    'shut off': '已关机',
    crashed: '已崩溃',
    pmsuspended: '休眠',
  },
);
