/** The words of LouCloud, for its readers; docs/glossary.md has the same for those who write it, and a test compares. */
export interface Term {
  /** Its place on the page: /glossary#key. */
  readonly key: string;
  /** The word, and what it means. */
  readonly en: readonly [string, string];
  readonly zh: readonly [string, string];
  /** What others call it. */
  readonly openStack?: string;
  readonly libvirt?: string;
}

export const things = [
  {
    key: 'vm',
    en: [
      'VM, machine',
      'A computer that exists as a program on a server: with a disk, memory, vCPUs and a screen.',
    ],
    zh: ['虚拟机', '在服务器上以程序形式运行的计算机，有自己的磁盘、内存、vCPU 和屏幕。'],
    openStack: 'server, instance',
    libvirt: 'domain',
  },
  {
    key: 'template',
    en: [
      'Template',
      'What a VM is created from: an image with a number of vCPUs, memory, a disk and a network.',
    ],
    zh: ['模板', '创建虚拟机的依据：镜像加上 vCPU、内存、磁盘和网络。'],
    openStack: 'flavor + image',
  },
  {
    key: 'image',
    en: [
      'Image',
      'A prepared disk that the disks of VMs are made from. It is a file on a server and is never written to.',
    ],
    zh: ['镜像', '预先准备好的磁盘，虚拟机的磁盘由它生成。它是服务器上的一个文件，不会被改写。'],
    openStack: 'image',
    libvirt: 'volume',
  },
  {
    key: 'host',
    en: ['Server', 'A computer with libvirt that VMs run on.'],
    zh: ['服务器', '装有 libvirt、用来运行虚拟机的计算机。'],
    openStack: 'hypervisor',
    libvirt: 'connection, node',
  },
  {
    key: 'network',
    en: [
      'Network',
      'What the network cards of VMs are plugged into: a libvirt network or a bridge of the server.',
    ],
    zh: ['网络', '虚拟机网卡所接入的网络：服务器上的 libvirt 网络或网桥。'],
    openStack: 'network',
    libvirt: 'network, bridge',
  },
  {
    key: 'user',
    en: [
      'User',
      'Somebody with an account. One is the administrator; all others are members, who see what is theirs.',
    ],
    zh: ['用户', '拥有账号的人。其中一位是管理员，其余是成员，只能看到属于自己的内容。'],
    openStack: 'user + project',
  },
  {
    key: 'quota',
    en: ['Quota', 'The most that a user’s VMs may take together: VMs, running VMs, vCPUs, memory and disk.'],
    zh: ['配额', '一位用户的全部虚拟机合计可用的上限：台数、运行台数、vCPU、内存和磁盘。'],
    openStack: 'quota',
  },
  {
    key: 'desktop',
    en: ['Desktop, serial console', 'A VM’s screen, and its text line, in the browser.'],
    zh: ['桌面、串口控制台', '在浏览器中打开的虚拟机屏幕，以及它的文本串口。'],
    openStack: 'console',
    libvirt: 'graphics, console',
  },
  {
    key: 'class',
    en: [
      'Class',
      'Members with one VM each from the same template, led by a teacher who starts, stops and resets them together.',
    ],
    zh: ['班级', '一组成员，每人一台由同一模板创建的虚拟机；由负责人（教师）统一启动、关闭和重置。'],
  },
  {
    key: 'operation',
    en: [
      'Operation',
      'A piece of work that takes a while, such as creating a VM: its steps, how far it is, how it ended.',
    ],
    zh: ['操作', '需要一段时间完成的工作，例如创建虚拟机；可以看到步骤、进度和结果。'],
    openStack: 'instance action',
    libvirt: 'job',
  },
  {
    key: 'event',
    en: ['Event', 'Something that happened: who did what, when, from where. The audit log is made of them.'],
    zh: ['事件', '发生过的事：谁在何时、从哪里做了什么。审计日志由事件组成。'],
    openStack: 'notification',
    libvirt: 'event',
  },
  {
    key: 'setting',
    en: ['Setting', 'A value that holds for the whole of LouCloud, such as the quota of new users.'],
    zh: ['系统配置', '对整个 LouCloud 生效的值，例如新用户的配额。'],
  },
] as const satisfies readonly Term[];

export const words = [
  {
    key: 'vcpu',
    en: ['vCPU', 'A processor as a VM sees it. Several may share one processor of the server.'],
    zh: ['vCPU', '虚拟机看到的处理器。多个 vCPU 可以共用服务器的一个处理器。'],
  },
  {
    key: 'state',
    en: [
      'State',
      'What a VM is doing: running, stopped, paused, saved, crashed, failed. Missing: its server is there, the VM is not. Unknown: its server cannot be reached.',
    ],
    zh: [
      '状态',
      '虚拟机目前的情况：运行中、已关机、已暂停、已保存、已崩溃、失败。“丢失”指服务器可以连接，但找不到虚拟机；“未知”指服务器无法连接。',
    ],
  },
  {
    key: 'shutdown',
    en: [
      'Shut down, power off',
      'Shutting down asks the guest to end by itself. Powering off cuts its power at once.',
    ],
    zh: ['关机、强制断电', '关机是通知虚拟机的系统自行关闭；强制断电是立即切断电源。'],
  },
  {
    key: 'save',
    en: [
      'Pause, save',
      'A paused VM stands still and keeps its memory on the server; a saved one keeps it on the disk.',
    ],
    zh: ['暂停、保存', '暂停的虚拟机停止运行，内存仍占用服务器；保存则把内存写入磁盘。'],
  },
  {
    key: 'recycleBin',
    en: [
      'Recycle bin',
      'Where deleted VMs stay for some days, switched off, until they are deleted for good.',
    ],
    zh: ['回收站', '被删除的虚拟机以关机状态保留若干天，之后才彻底删除。'],
  },
  {
    key: 'protected',
    en: ['Protected', 'A VM that cannot be deleted until somebody takes the protection away.'],
    zh: ['受保护', '在解除保护之前不能删除的虚拟机。'],
  },
  {
    key: 'maintenance',
    en: [
      'Maintenance, disabled',
      'No new VM comes to a server in maintenance; those there go on. On a disabled server LouCloud starts none either.',
    ],
    zh: ['维护、停用', '维护中的服务器不再接收新虚拟机，已有的继续运行；停用的服务器上也不再启动虚拟机。'],
  },
  {
    key: 'overcommit',
    en: ['Overcommit', 'How many times the server’s vCPUs or memory may be promised to VMs.'],
    zh: ['超配', '分配给虚拟机的 vCPU 或内存可以是服务器实有量的几倍。'],
  },
  {
    key: 'accelerator',
    en: [
      'KVM, emulated',
      'With KVM a VM runs on the server’s own processor. Without, it is emulated, and slow.',
    ],
    zh: ['KVM、软件模拟', '有 KVM 时虚拟机直接使用服务器的处理器；没有时由软件模拟，速度较慢。'],
  },
  {
    key: 'adopt',
    en: ['Adopt', 'To take a VM that was made outside of LouCloud under its care, as it is.'],
    zh: ['接管', '把在 LouCloud 之外创建的虚拟机原样纳入管理。'],
  },
  {
    key: 'difference',
    en: [
      'Difference',
      'Where a VM on its server is not what LouCloud has recorded, because somebody changed it there.',
    ],
    zh: ['差异', '有人在服务器上改动过，使虚拟机与 LouCloud 的记录不一致之处。'],
  },
  {
    key: 'leftover',
    en: ['Leftover', 'A disk or a VM on a server that came from LouCloud and that no record knows any more.'],
    zh: ['遗留物', '由 LouCloud 创建、但已没有记录对应的磁盘或虚拟机。'],
  },
] as const satisfies readonly Term[];

export const terms: readonly Term[] = [...things, ...words];
export type TermKey = (typeof things | typeof words)[number]['key'];
