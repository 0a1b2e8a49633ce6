/** The pages of the console, where they are, and what they say while there is nothing on them. */
import type { Client } from '@loucloud/api';
import { finished } from './world.ts';

export interface Things {
  readonly vmId: string;
  readonly hostId: string;
  readonly imageId: string;
  readonly templateId: string;
  readonly userId: string;
  readonly classId: string;
}

export type Who = 'admin' | 'member';

export interface DataPage {
  readonly name: string;
  readonly who?: Who;
  readonly path: (things: Things) => string;
  /** As long as it waits, nothing of it is there. */
  readonly hasNoFrame?: true;
  /** It is there at once; what it offers a choice of comes later. */
  readonly isForm?: true;
}

/** Every page that shows what is asked for. */
export const dataPages: readonly DataPage[] = [
  // Not even who is logged in is known.
  { name: 'console', path: () => '/overview', hasNoFrame: true },
  { name: 'overview', path: () => '/overview' },
  { name: 'vms', path: () => '/vms' },
  { name: 'wall', path: () => '/wall' },
  { name: 'vm', path: ({ vmId }) => `/vms/${vmId}` },
  { name: 'desktop', path: ({ vmId }) => `/vms/${vmId}/desktop`, hasNoFrame: true },
  { name: 'serial-console', path: ({ vmId }) => `/vms/${vmId}/serial-console`, hasNoFrame: true },
  { name: 'vm-new', path: () => '/vms/new' },
  { name: 'recycle-bin', path: () => '/recycle-bin' },
  { name: 'templates', path: () => '/templates' },
  { name: 'template', path: ({ templateId }) => `/templates/${templateId}` },
  { name: 'template-new', path: () => '/templates/new', isForm: true },
  { name: 'images', path: () => '/images' },
  { name: 'image', path: ({ imageId }) => `/images/${imageId}` },
  { name: 'networks', path: () => '/networks' },
  { name: 'servers', path: () => '/hosts' },
  { name: 'server', path: ({ hostId }) => `/hosts/${hostId}` },
  { name: 'leftovers', path: () => '/leftovers' },
  { name: 'users', path: () => '/users' },
  { name: 'user', path: ({ userId }) => `/users/${userId}` },
  { name: 'classes', path: () => '/classes' },
  { name: 'class', path: ({ classId }) => `/classes/${classId}` },
  { name: 'class-new', path: () => '/classes/new', isForm: true },
  { name: 'operations', path: () => '/operations' },
  { name: 'audit', path: () => '/audit' },
  { name: 'settings', path: () => '/settings' },
  { name: 'account', path: () => '/account' },
  { name: 'member-home', who: 'member', path: () => '/machines' },
];

/** One of each. */
export async function makeThings(call: Client): Promise<Things> {
  const template = (await call('templateList', { query: {} })).items[0];
  const image = (await call('imageList', { query: {} })).items[0];
  const host = (await call('hostList', { query: {} })).items[0];
  if (!template || !image || !host) throw new Error('a new LouCloud has one of each');
  const body = { name: 'lonely', templateId: template.id, start: false };
  const [made] = (await call('vmCreate', { body })).items;
  if (!made) throw new Error('no VM was made');
  await finished(call, made.operationId);
  const group = { name: 'Linux 1', templateId: template.id, members: 'pupil,,Pupil' };
  const { class: found } = await call('classCreate', { body: group });
  const [member] = (await call('classMemberList', { params: { classId: found.id } })).items;
  if (!member) throw new Error('the class has no member');
  return {
    vmId: made.vmId,
    hostId: host.id,
    imageId: image.id,
    templateId: template.id,
    userId: member.userId,
    classId: found.id,
  };
}

export interface EmptyPage {
  readonly name: string;
  readonly who?: Who;
  readonly path: string;
  /** In English and in Chinese. */
  readonly says: readonly [string, string];
}

/** Of a LouCloud that has just been set up, without a server. */
export const emptyPages: readonly EmptyPage[] = [
  { name: 'overview', path: '/overview', says: ['First steps', '开始使用'] },
  { name: 'vms', path: '/vms', says: ['No VMs yet', '还没有虚拟机'] },
  { name: 'wall', path: '/wall', says: ['No machines to show', '没有可显示的虚拟机'] },
  { name: 'vm-new', path: '/vms/new', says: ['There is no template yet', '还没有模板'] },
  { name: 'recycle-bin', path: '/recycle-bin', says: ['The recycle bin is empty', '回收站是空的'] },
  { name: 'templates', path: '/templates', says: ['No template yet', '还没有模板'] },
  { name: 'images', path: '/images', says: ['No image yet', '还没有镜像'] },
  { name: 'networks', path: '/networks', says: ['No network yet', '还没有网络'] },
  { name: 'servers', path: '/hosts', says: ['No server yet', '还没有服务器'] },
  { name: 'leftovers', path: '/leftovers', says: ['Nothing is left over', '没有遗留物'] },
  { name: 'classes', path: '/classes', says: ['No classes yet', '还没有班级'] },
  { name: 'operations', path: '/operations', says: ['Nothing has been done yet', '还没有操作记录'] },
  {
    name: 'member-home',
    who: 'member',
    path: '/machines',
    says: ['You have no machines yet', '您还没有虚拟机'],
  },
];
