import { catalog } from '../../words/i18n.ts';

export const boxMessages = catalog(
  {
    serve: 'run LouCloud on this machine',
    init: 'prepare LouCloud on this machine: the database and its administrator',
    resetAdmin: 'set a new password for the administrator',
    backup: 'write everything that LouCloud knows into a file, also while it serves',
    restore: 'put a backup into an empty data folder and database',
    rebuild: 'make a lost database anew from what is on the servers (--host [NAME=]URI …, or a file)',
    argFile: 'the file that the backup is in',
    argServers: 'a JSON file with the servers, as the API takes them',
  } as const,
  {
    serve: '在本机运行 LouCloud',
    init: '在本机初始化 LouCloud：数据库及管理员',
    resetAdmin: '为管理员设置新密码',
    backup: '把 LouCloud 的全部数据写入一个文件，服务运行时也可以',
    restore: '把备份恢复到空的数据目录和数据库',
    rebuild: '数据库丢失后，根据各服务器上的内容重建（--host [名称=]URI …，或使用文件）',
    argFile: '备份所在的文件',
    argServers: '列出服务器的 JSON 文件，格式与 API 相同',
  },
);
