import { catalog } from '../../words/i18n.ts';

export const boxMessages = catalog(
  {
    serve: 'run LouCloud on this machine',
    init: 'prepare LouCloud on this machine: the database and its administrator',
    resetAdmin: 'set a new password for the administrator',
    backup: 'write everything that LouCloud knows into a file, also while it serves',
    restore: 'put a backup into an empty data folder and database',
    argFile: 'the file that the backup is in',
  } as const,
  {
    serve: '在本机运行 LouCloud',
    init: '在本机初始化 LouCloud：数据库及管理员',
    resetAdmin: '为管理员设置新密码',
    backup: '把 LouCloud 的全部数据写入一个文件，服务运行时也可以',
    restore: '把备份恢复到空的数据目录和数据库',
    argFile: '备份所在的文件',
  },
);
