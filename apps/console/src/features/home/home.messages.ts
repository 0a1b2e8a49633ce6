import { catalog } from '../../app/i18n.ts';

export const homeMessages = catalog(
  {
    title: 'My machines',
    screens: 'Screens',
    newVm: 'New machine',
    quota: 'My quota',
    emptyTitle: 'You have no machines yet',
    emptyHint: 'Pick a template, and have a machine with a desktop in the browser in seconds.',
    create: 'Create your first machine',
    search: 'Search my machines',
    moreActions: 'More actions for {name}',
    loading: 'Loading your machines',
  },
  {
    title: '我的虚拟机',
    screens: '屏幕墙',
    newVm: '新建虚拟机',
    quota: '我的配额',
    emptyTitle: '您还没有虚拟机',
    emptyHint: '选择模板，几秒钟即可在浏览器中使用带桌面的虚拟机。',
    create: '创建第一台虚拟机',
    search: '搜索我的虚拟机',
    moreActions: '{name} 的更多操作',
    loading: '正在加载虚拟机',
  },
);
