/** The pages of a pool of several servers that are looked at, beside those that one server has too. */
import type { Language } from '@loucloud/api';
import type { Page } from 'playwright-core';
import { type Shot, byLanguage, press } from './screenshot-shot.ts';

const fillServer = async (page: Page, language: Language, address: string): Promise<void> => {
  await page.getByLabel(byLanguage(language, 'Name', '名称'), { exact: true }).fill('hv-04');
  await page.getByLabel(byLanguage(language, 'Host name or IP address', '主机名或 IP 地址')).fill(address);
};

export const poolPages: readonly Shot[] = [
  {
    name: 'vm-unknown',
    who: 'admin',
    path: ({ unknownVmId }) => `/vms/${unknownVmId}`,
    title: ['backup-node', 'backup-node'],
  },
  {
    name: 'vm-elsewhere',
    who: 'admin',
    path: ({ unknownVmId }) => `/vms/${unknownVmId}`,
    title: ['backup-node', 'backup-node'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('More actions', '更多操作')(page, language);
      const name = byLanguage(language, 'Start on another server…', '在其他服务器上启动…');
      await page.getByRole('menuitem', { name, exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'server-lost',
    who: 'admin',
    path: ({ lostHostId }) => `/hosts/${lostHostId}`,
    title: ['hv-03 cannot be reached', '无法连接 hv-03'],
  },
  {
    name: 'server-key',
    who: 'admin',
    path: ({ lostHostId }) => `/hosts/${lostHostId}`,
    title: ['hv-03 cannot be reached', '无法连接 hv-03'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('Accept the new key…', '接受新密钥…')(page, language);
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'server-login',
    who: 'admin',
    path: ({ lostHostId }) => `/hosts/${lostHostId}`,
    title: ['hv-03 cannot be reached', '无法连接 hv-03'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('Change login…', '更改登录方式…')(page, language);
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'server-empty',
    who: 'admin',
    path: ({ hostId }) => `/hosts/${hostId}`,
    title: ['mail-2019', 'mail-2019'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('Empty…', '腾空…')(page, language);
      await page.getByRole('dialog').getByRole('listitem').first().waitFor();
    },
  },
  {
    name: 'server-adopt',
    who: 'admin',
    path: ({ hostId }) => `/hosts/${hostId}`,
    title: ['mail-2019', 'mail-2019'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('Adopt…', '接管…')(page, language);
      await page.getByRole('dialog').getByRole('textbox').first().waitFor();
    },
  },
  {
    name: 'server-new',
    who: 'admin',
    path: () => '/hosts/new',
    title: ['Add a server', '添加服务器'],
    prepare: async (page, language, { newAddress }) => {
      await fillServer(page, language, newAddress);
      await page.locator('.own-key .command').first().waitFor();
    },
  },
  {
    name: 'server-new-key',
    who: 'admin',
    path: () => '/hosts/new',
    title: ['Add a server', '添加服务器'],
    prepare: async (page, language, { newAddress }) => {
      await fillServer(page, language, newAddress);
      await press('Check only', '仅检查')(page, language);
      await page.locator('.key-question').waitFor();
    },
  },
  {
    name: 'server-new-tls',
    who: 'admin',
    path: () => '/hosts/new',
    title: ['Add a server', '添加服务器'],
    prepare: (page, language) => page.getByText(byLanguage(language, 'Over TLS', '通过 TLS')).click(),
  },
  {
    name: 'leftovers',
    who: 'admin',
    path: () => '/leftovers',
    title: [/0197b3a0-1f0c/, /0197b3a0-1f0c/],
  },
  {
    name: 'vm-move',
    who: 'admin',
    path: ({ vmIds }) => `/vms/${vmIds.running}`,
    title: [/^192\.168\./, /^192\.168\./],
    isWhole: false,
    prepare: async (page, language) => {
      await press('More actions', '更多操作')(page, language);
      const move = byLanguage(language, 'Move to another server…', '迁移到其他服务器…');
      await page.getByRole('menuitem', { name: move }).click();
      await page.getByRole('dialog').getByRole('radio').first().waitFor();
    },
  },
  {
    name: 'vm-differs',
    who: 'admin',
    path: ({ differingVmId }) => `/vms/${differingVmId}`,
    title: ['It differs from LouCloud’s record', '与 LouCloud 的记录不同'],
  },
  {
    name: 'vm-missing',
    who: 'admin',
    path: ({ missingVmId }) => `/vms/${missingVmId}`,
    title: [/^This VM is no longer on its server$/, /^服务器上已找不到该虚拟机$/],
  },
  {
    name: 'image-copy',
    who: 'admin',
    path: ({ imageId }) => `/images/${imageId}`,
    title: ['Templates made from it', '使用此镜像的模板'],
    isWhole: false,
    prepare: async (page, language) => {
      await press('Copy to servers…', '复制到服务器…')(page, language);
      await page.getByRole('dialog').getByRole('checkbox').first().check();
    },
  },
];
