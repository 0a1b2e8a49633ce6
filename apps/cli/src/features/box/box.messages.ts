import { catalog } from '../../words/i18n.ts';

export const boxMessages = catalog(
  {
    serve: 'run LouCloud on this machine',
    init: 'prepare LouCloud on this machine: the database and its administrator',
    resetAdmin: 'set a new password for the administrator',
  } as const,
  {
    serve: '在本机运行 LouCloud',
    init: '在本机初始化 LouCloud：数据库及管理员',
    resetAdmin: '为管理员设置新密码',
  },
);
