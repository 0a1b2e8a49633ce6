import { catalog } from '../../app/i18n.ts';

export const glossaryMessages = catalog(
  {
    title: 'Glossary',
    search: 'Search the words',
    things: 'Things',
    words: 'Other words',
    elsewhere: 'In OpenStack: {openStack}',
    inLibvirt: 'In libvirt: {libvirt}',
    nothing: 'No word matches.',
  },
  {
    title: '术语表',
    search: '搜索术语',
    things: '对象',
    words: '其他术语',
    elsewhere: 'OpenStack 中：{openStack}',
    inLibvirt: 'libvirt 中：{libvirt}',
    nothing: '没有符合条件的术语。',
  },
);
