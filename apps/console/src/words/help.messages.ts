/** What each page is for, and the words that it uses: fetched when somebody asks. */
import { catalog } from '../app/i18n.ts';
import type { TermKey } from '../features/help/glossary-terms.ts';

export const helpMessages = catalog(
  {
    overview:
      'How the whole pool is doing: what the servers can give and have given, which machines run, what is under way and what has failed. While something is missing for people to create machines, the first steps say what.',
    vms: 'All machines of all users. Narrow the list by the fields above it; its address keeps the view, so it can be sent to somebody. Tick machines to do something to all of them.',
    vm: 'One machine: what it does, its desktop, its size, and everything that was done to it. What is not possible now says why.',
    wall: 'The screens of the machines that run, small and live. Click one to open its desktop.',
    classes: 'Classes that you lead: members with one machine each from the same template, handled together.',
    class: 'One class: who is in it, how each of their machines is, and what is done to all of them at once.',
    newVm:
      'Choose a template, give a name, and the machine is there in seconds. Beside the form stands what your quota has left.',
    machines:
      'Your own machines. Open a machine’s desktop to work in it; shut it down when you need it no longer, so that others have the memory.',
    recycleBin:
      'Deleted machines wait here for some days. Restore one, and it is back as it was; what is deleted for good here is gone.',
    templates:
      'What people choose from when they create a machine: an image with a size and a network. A template may be for everybody or for some.',
    template:
      'One template. A change holds for machines that are created from now on; those there stay as they are.',
    newTemplate:
      'Choose the image and say how large machines are made from it. People see the name and the description, so say there what it is good for.',
    images:
      'Disk files on the servers that machines’ disks are made from. Registering one copies and changes nothing; other servers get a copy when a machine there needs it.',
    image: 'One image: its file, what rests on it, and the servers that have a copy.',
    networks:
      'What machines are plugged into: networks and bridges that the servers have. A machine goes only to a server that has its network.',
    hosts:
      'The servers that machines run on, and how they are. Nothing is installed on them: LouCloud talks to the libvirt that is there.',
    host: 'One server: how it is, what it can hold, what runs on it, and machines there that LouCloud did not make.',
    newHost:
      'Give the server’s address; LouCloud looks at it before anything is added, and says what is missing and how to put it right.',
    leftovers:
      'Disks and machines on the servers that no record knows, and records whose files are gone. Nothing is removed unless you say so.',
    users: 'Who may log in. Each has a quota: their own, or the default of the settings.',
    user: 'One user: what they have, what they may have, and what they did.',
    operations:
      'Everything that takes a while, the newest first: its steps, how far it is, and why it failed if it did.',
    audit: 'Who did what, when and from where. Nothing is ever removed from it.',
    settings: 'Values for the whole of LouCloud. Each change says who made it, below.',
    account: 'Your name, password and preferences, where you are logged in, and tokens for programs.',
    glossary: 'What the words of LouCloud mean, and what they are called elsewhere.',
  },
  {
    overview:
      '整个资源池的情况：服务器能提供多少、已分配多少，哪些虚拟机在运行，正在进行什么、什么失败了。在用户能够创建虚拟机之前，“开始使用”会说明还缺什么。',
    vms: '所有用户的全部虚拟机。用上方的条件筛选；地址栏会记住当前视图，可以发给别人。勾选多台即可一起操作。',
    vm: '一台虚拟机：运行情况、桌面、规格，以及对它做过的一切。暂时不能执行的操作会说明原因。',
    wall: '正在运行的虚拟机的屏幕，小图实时更新。点击即可打开桌面。',
    classes: '您负责的班级：每位成员一台由同一模板创建的虚拟机，统一管理。',
    class: '一个班级：有哪些成员、各自虚拟机的情况，以及对全部虚拟机的统一操作。',
    newVm: '选择模板，填写名称，几秒钟后虚拟机就绪。表单旁边显示配额还剩多少。',
    machines: '您自己的虚拟机。打开桌面即可使用；不需要时请关机，把内存让给别人。',
    recycleBin: '被删除的虚拟机会在这里保留几天。恢复后与原来一样；在这里彻底删除则无法找回。',
    templates: '用户创建虚拟机时的选项：镜像加上规格和网络。模板可以对所有人开放，也可以只给部分人。',
    template: '一个模板。修改只影响之后创建的虚拟机，已有的不变。',
    newTemplate: '选择镜像，设定虚拟机的规格。用户会看到名称和描述，请在描述中说明用途。',
    images:
      '服务器上的磁盘文件，虚拟机的磁盘由它们生成。登记不会复制或改动文件；其他服务器在需要时才会得到副本。',
    image: '一个镜像：它的文件、哪些内容依赖它，以及哪些服务器有副本。',
    networks: '虚拟机接入的网络：服务器上已有的网络和网桥。虚拟机只会放到拥有该网络的服务器上。',
    hosts: '运行虚拟机的服务器及其状况。除 libvirt 外无需安装任何东西。',
    host: '一台服务器：状况、容量、其上的虚拟机，以及不是由 LouCloud 创建的虚拟机。',
    newHost: '填写服务器地址；添加之前 LouCloud 会先检查，并说明缺少什么、如何解决。',
    leftovers: '服务器上没有记录对应的磁盘和虚拟机，以及文件已不在的记录。未经您确认不会删除任何东西。',
    users: '可以登录的人。每人都有配额：单独设置的，或系统配置中的默认值。',
    user: '一位用户：拥有什么、可以拥有多少、做过什么。',
    operations: '所有需要一段时间的工作，最新的在前：步骤、进度，以及失败的原因。',
    audit: '谁在何时、从哪里做了什么。这里的内容不会被删除。',
    settings: '对整个 LouCloud 生效的值。下方可以看到每次修改是谁做的。',
    account: '您的名称、密码和偏好设置，在哪些地方登录，以及供程序使用的令牌。',
    glossary: 'LouCloud 中各个词的含义，以及它们在别处的叫法。',
  },
);

export type HelpTopic = keyof typeof helpMessages.en;

/** What is worth reading up on while one looks at the page. */
export const helpTerms: Readonly<Record<HelpTopic, readonly TermKey[]>> = {
  overview: ['host', 'overcommit', 'operation'],
  vms: ['vm', 'state', 'shutdown'],
  vm: ['state', 'shutdown', 'save', 'protected'],
  wall: ['desktop'],
  classes: ['class', 'template'],
  class: ['class', 'template', 'state'],
  newVm: ['template', 'quota', 'vcpu'],
  machines: ['desktop', 'shutdown', 'quota'],
  recycleBin: ['recycleBin', 'protected'],
  templates: ['template', 'image', 'network'],
  template: ['template', 'vcpu'],
  newTemplate: ['image', 'network', 'vcpu'],
  images: ['image', 'template'],
  image: ['image', 'template'],
  networks: ['network'],
  hosts: ['host', 'maintenance', 'overcommit'],
  host: ['maintenance', 'overcommit', 'accelerator', 'adopt'],
  newHost: ['host', 'accelerator'],
  leftovers: ['leftover', 'difference'],
  users: ['user', 'quota'],
  user: ['quota', 'vcpu'],
  operations: ['operation'],
  audit: ['event'],
  settings: ['setting', 'overcommit', 'recycleBin'],
  account: ['user'],
  glossary: [],
};
