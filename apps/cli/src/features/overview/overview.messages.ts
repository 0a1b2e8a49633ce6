import { catalog } from '../../words/i18n.ts';

export const overviewMessages = catalog(
  {
    overview: 'capacity, health, what runs, and what failed',
    health: 'HEALTH',
    running: 'RUNNING',
    warnings: 'WARNINGS',
    available: 'FREE',
    counts:
      '{users} {users:user|users}, {images} {images:image|images}, {templates} {templates:template|templates}',
    vmsByState: 'VMs: {states}',
    findings: 'Leftovers: {leftovers}; missing disks and domains of VMs: {missing} (loucloud leftover list)',
    recycleBin: 'Recycle bin: {count} {count:VM|VMs}, {size}',
    noVms: 'no VMs',
    runningNow: 'Running now:',
    lastFailures: 'Failed lately:',
    item: '  {time}  {name}: {type}',
  } as const,
  {
    overview: '容量、健康、正在进行的操作和最近的失败',
    health: '健康',
    running: '运行中',
    warnings: '警告',
    available: '剩余',
    counts: '{users} 个{users:用户}，{images} 个{images:镜像}，{templates} 个{templates:模板}',
    vmsByState: '虚拟机：{states}',
    findings: '遗留物：{leftovers}；虚拟机缺少的磁盘和域：{missing}（loucloud leftover list）',
    recycleBin: '回收站：{count} 台{count:虚拟机}，{size}',
    noVms: '没有虚拟机',
    runningNow: '正在进行：',
    lastFailures: '最近的失败：',
    item: '  {time}  {name}：{type}',
  },
);
