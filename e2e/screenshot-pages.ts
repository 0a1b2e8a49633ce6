/** The pages that are looked at: where they are, what must be on them, and what is done there first. */
import { pictureAfter, pictureAtRest, pictureOf } from './desktop-page.ts';
import { poolPages } from './screenshot-pool-pages.ts';
import { PHONE_PX, type Shot, WIDE_PX, byLanguage, press } from './screenshot-shot.ts';
import { waitFor } from './world.ts';

const pages: readonly Shot[] = [
  { name: 'login', who: 'anybody', path: () => '/login', title: ['Log in to LouCloud', '登录 LouCloud'] },
  {
    name: 'overview',
    who: 'admin',
    path: () => '/overview',
    title: ['VMs by state', '虚拟机状态'],
  },
  { name: 'vms', who: 'admin', path: () => '/vms', title: ['erp-test', 'erp-test'] },
  { name: 'wall', who: 'admin', path: () => '/wall', title: ['erp-test', 'erp-test'] },
  {
    name: 'vm-running',
    who: 'admin',
    path: ({ vmIds }) => `/vms/${vmIds.running}`,
    title: [/^192\.168\./, /^192\.168\./],
  },
  {
    name: 'vm-failed',
    who: 'admin',
    path: ({ vmIds }) => `/vms/${vmIds.failed}`,
    title: ['The last operation failed', '上一次操作失败'],
  },
  {
    name: 'vm-delete',
    who: 'admin',
    path: ({ vmIds }) => `/vms/${vmIds.stopped}`,
    title: ['erp-test', 'erp-test'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('More actions', '更多操作')(page, language);
      await page.getByRole('menuitem', { name: byLanguage(language, 'Delete', '删除'), exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'vm-menu',
    who: 'admin',
    path: ({ vmIds }) => `/vms/${vmIds.stopped}`,
    title: ['erp-test', 'erp-test'],
    isWhole: false,
    prepare: press('More actions', '更多操作'),
  },
  {
    name: 'desktop',
    who: 'member',
    path: ({ vmIds }) => `/vms/${vmIds.members}/desktop`,
    title: ['thesis-sim', 'thesis-sim'],
    isWhole: false,
    typesInGuest: true,
    prepare: async (page) => {
      const before = await pictureOf(page);
      await page.locator('.screen-target canvas').click();
      await page.keyboard.type('clear\n');
      const empty = await pictureAfter(page, before);
      await page.keyboard.type('uname -a; free -m; ip addr show eth0\n');
      await pictureAtRest(page, await pictureAfter(page, empty));
    },
  },
  {
    name: 'desktop-stopped',
    who: 'admin',
    path: ({ vmIds }) => `/vms/${vmIds.stopped}/desktop`,
    title: ['erp-test is not running', 'erp-test 未在运行'],
    isWhole: false,
  },
  {
    name: 'serial-console',
    who: 'member',
    path: ({ vmIds }) => `/vms/${vmIds.members}/serial-console`,
    title: ['thesis-sim', 'thesis-sim'],
    isWhole: false,
    typesInGuest: true,
    prepare: async (page) => {
      const line = page.locator('.xterm-rows');
      await line.waitFor();
      await waitFor('the guest answers', async () => {
        await page.keyboard.press('Enter');
        return /login:|[$#]/.test((await line.textContent()) ?? '');
      });
    },
  },
  { name: 'recycle-bin', who: 'admin', path: () => '/recycle-bin', title: ['wiki-old', 'wiki-old'] },
  {
    name: 'member-recycle-bin',
    who: 'member',
    path: () => '/recycle-bin',
    title: ['The recycle bin is empty', '回收站是空的'],
  },
  { name: 'templates', who: 'admin', path: () => '/templates', title: ['Rocky 9', 'Rocky 9'] },
  {
    name: 'template',
    who: 'admin',
    path: ({ templateId }) => `/templates/${templateId}`,
    title: ['Debian 12 · small', 'Debian 12 · small'],
  },
  {
    name: 'template-new',
    who: 'admin',
    path: ({ imageId }) => `/templates/new?imageId=${imageId}`,
    title: ['Size of a VM', '虚拟机规格'],
  },
  { name: 'images', who: 'admin', path: () => '/images', title: ['rocky-9', 'rocky-9'] },
  {
    name: 'image',
    who: 'admin',
    path: ({ imageId }) => `/images/${imageId}`,
    title: ['Templates made from it', '使用此镜像的模板'],
  },
  {
    name: 'image-register',
    who: 'admin',
    path: () => '/images',
    title: ['rocky-9', 'rocky-9'],
    isWhole: false,
    prepare: press('Register image', '登记镜像'),
  },
  {
    name: 'image-path',
    who: 'admin',
    path: () => '/images',
    title: ['rocky-9', 'rocky-9'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('Register image', '登记镜像')(page, language);
      const dialog = page.getByRole('dialog');
      const field = (english: string, chinese: string) =>
        dialog.getByLabel(byLanguage(language, english, chinese), { exact: true });
      await field('Server', '服务器').selectOption({ label: 'this-server' });
      await field('Path', '路径').fill('/var/lib/libvirt/images/');
      await dialog.getByRole('button', { name: 'rocky-9.qcow2' }).click();
      await dialog.getByText(/qcow2[,，].*(disk|磁盘)/).waitFor();
    },
  },
  {
    name: 'vms-selected',
    who: 'admin',
    path: () => '/vms?search=-',
    title: ['erp-test', 'erp-test'],
    prepare: (page) => page.getByRole('checkbox').first().check(),
  },
  {
    name: 'vms-columns',
    who: 'admin',
    path: () => '/vms',
    title: ['erp-test', 'erp-test'],
    isWhole: false,
    prepare: press('Columns', '显示的列'),
  },
  {
    name: 'vms-bulk-asked',
    who: 'admin',
    path: () => '/vms?search=build',
    title: ['build-1', 'build-1'],
    isWhole: false,
    prepare: async (page, language) => {
      await page.getByRole('checkbox').first().check();
      await press('Delete', '删除')(page, language);
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'help',
    who: 'admin',
    path: () => '/hosts',
    title: ['this-server', 'this-server'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('What is this page?', '这个页面是什么？')(page, language);
      await page.locator('.help-text').waitFor();
    },
  },
  { name: 'glossary', who: 'member', path: () => '/glossary', title: ['Overcommit', '超配'] },
  { name: 'networks', who: 'admin', path: () => '/networks', title: ['实验室 Lab', '实验室 Lab'] },
  { name: 'servers', who: 'admin', path: () => '/hosts', title: ['this-server', 'this-server'] },
  {
    name: 'server',
    who: 'admin',
    path: ({ hostId }) => `/hosts/${hostId}`,
    title: ['VMs here are emulated, and slow', '此处的虚拟机以软件模拟运行，速度较慢'],
  },
  { name: 'classes', who: 'admin', path: () => '/classes', title: ['高一3班', '高一3班'] },
  { name: 'classes-empty', who: 'member', path: () => '/classes', title: ['No classes yet', '还没有班级'] },
  {
    name: 'class',
    who: 'admin',
    path: ({ classId }) => `/classes/${classId}`,
    title: ['高一3班-zhangmin', '高一3班-zhangmin'],
  },
  {
    name: 'class-wall',
    who: 'admin',
    path: ({ classId }) => `/classes/${classId}?view=screens`,
    title: ['张敏', '张敏'],
    prepare: async (page) => {
      // On a phone those that run are further down, and a screen is asked for when it is in sight.
      await page.locator('.screen-wall li').last().scrollIntoViewIfNeeded();
      await page.locator('.screen-wall img').first().waitFor();
    },
  },
  {
    name: 'class-edit',
    who: 'admin',
    path: ({ classId }) => `/classes/${classId}`,
    title: ['高一3班-zhangmin', '高一3班-zhangmin'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('More actions', '更多操作')(page, language);
      await page.getByRole('menuitem', { name: byLanguage(language, 'Edit…', '编辑…') }).click();
      await page.getByRole('dialog').getByRole('option', { name: 'starter' }).waitFor({ state: 'attached' });
    },
  },
  { name: 'class-new', who: 'admin', path: () => '/classes/new', title: ['What it becomes', '预览'] },
  { name: 'users', who: 'admin', path: () => '/users', title: ['Dmitri Volkov', 'Dmitri Volkov'] },
  {
    name: 'user',
    who: 'admin',
    path: ({ userId }) => `/users/${userId}`,
    title: ['What they did', '操作历史'],
  },
  {
    name: 'user-new',
    who: 'admin',
    path: () => '/users',
    title: ['Dmitri Volkov', 'Dmitri Volkov'],
    isWhole: false,
    prepare: press('Create user', '创建用户'),
  },
  {
    name: 'user-delete',
    who: 'admin',
    path: ({ userId }) => `/users/${userId}`,
    title: ['What they did', '操作历史'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('Delete…', '删除…')(page, language);
      await page.getByRole('dialog').getByRole('radio').first().check();
    },
  },
  { name: 'operations', who: 'admin', path: () => '/operations', title: ['windows-2022', 'windows-2022'] },
  {
    name: 'operation',
    who: 'admin',
    path: () => '/operations?type=vm.create',
    title: ['backup-node', 'backup-node'],
    isWhole: false,
    prepare: async (page) => {
      await page.locator('tbody button').first().click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'audit', who: 'admin', path: () => '/audit', title: ['What happened', '事件'] },
  { name: 'settings', who: 'admin', path: () => '/settings', title: ['Who changed what', '修改记录'] },
  { name: 'account', who: 'member', path: () => '/account', title: ['林梅', '林梅'] },
  { name: 'member-home', who: 'member', path: () => '/machines', title: ['notebook', 'notebook'] },
  {
    name: 'member-new',
    who: 'member',
    path: () => '/vms/new',
    title: ['Ubuntu desktop', 'Ubuntu desktop'],
    prepare: async (page, language) => {
      await page.getByRole('radio', { name: 'Debian 12 · small' }).check();
      await page.getByLabel(byLanguage(language, 'Name', '名称'), { exact: true }).fill('web-{1..3}');
    },
  },
  {
    name: 'member-new-refused',
    who: 'member',
    path: () => '/vms/new',
    title: ['Ubuntu desktop', 'Ubuntu desktop'],
    prepare: async (page, language) => {
      await page.getByRole('radio', { name: 'Ubuntu desktop' }).check();
      await page.getByLabel(byLanguage(language, 'Name', '名称'), { exact: true }).fill('lab-{1..20}');
    },
  },
  {
    name: 'member-vm',
    who: 'member',
    path: ({ vmIds }) => `/vms/${vmIds.members}`,
    title: [/^192\.168\./, /^192\.168\./],
  },
  {
    name: 'not-found',
    who: 'member',
    path: () => '/nowhere',
    title: ['There is no such page', '页面不存在'],
  },
];

const whole = [...pages, ...poolPages];

const named = (name: string): Shot => {
  const shot = whole.find((candidate) => candidate.name === name);
  if (!shot) throw new Error(`no page ${name}`);
  return shot;
};

const onPhone = [
  'login',
  'account',
  'member-home',
  'member-new',
  'member-vm',
  'vms',
  'vm-differs',
  'vm-move',
  'wall',
  'overview',
  'operations',
  'servers',
  'server-lost',
  'server-login',
  'server-new-key',
  'server-new-tls',
  'image',
  'leftovers',
  'recycle-bin',
  'users',
  'user',
  'class',
  'class-wall',
];
const onWideScreen = [
  'member-home',
  'vm-running',
  'vm-delete',
  'wall',
  'template',
  'image',
  'image-path',
  'server',
  'server-empty',
  'class-wall',
  'user',
  'settings',
];

export const shots: readonly Shot[] = [
  ...whole,
  ...onPhone.map((name): Shot => ({ ...named(name), name: `${name}-phone`, width: PHONE_PX })),
  ...onWideScreen.map((name): Shot => ({ ...named(name), name: `${name}-wide`, width: WIDE_PX })),
];
