import { catalog } from '../../words/i18n.ts';

export const auditMessages = catalog(
  {
    audit: 'who did what, when and from where, the latest first',
    optType: 'only of this type, like vm.created',
    optActor: 'only by this user',
    optKind: 'only on this kind of thing',
    optObject: 'only on the thing with this id',
    time: 'TIME',
    actor: 'BY',
    from: 'FROM',
    event: 'EVENT',
    object: 'ON',
    details: 'DETAILS',
    system: 'the system',
  } as const,
  {
    audit: '谁在何时何地做了什么，最近的在前',
    optType: '只列出该类型的，例如 vm.created',
    optActor: '只列出该用户做的',
    optKind: '只列出该类对象上的',
    optObject: '只列出该编号的对象上的',
    time: '时间',
    actor: '执行者',
    from: '来自',
    event: '事件',
    object: '对象',
    details: '详情',
    system: '系统',
  },
);
