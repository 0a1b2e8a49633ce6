/** The admin's pages: a row here is a route and, with an icon, a line of the side bar. */
import {
  IconActivity,
  IconArchive,
  IconDeviceDesktop,
  IconDisc,
  IconHistory,
  IconLayoutDashboard,
  IconNetwork,
  IconSchool,
  IconServer,
  IconSettings,
  IconTemplate,
  IconTrash,
  IconUsers,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { shellMessages } from './shell.messages.ts';

/** Those without a slot. */
type Label = Exclude<keyof typeof shellMessages.en, 'userMenu'>;

export interface AdminPage {
  readonly path: string;
  readonly load: () => Promise<ComponentType>;
  /** A member may open it too; the side bar is the admin's all the same. */
  readonly isForAll?: true;
  /** Only what stands in the side bar has these. */
  readonly label?: Label;
  readonly icon?: typeof IconActivity;
}

export interface AdminGroup {
  readonly title: Label | null;
  readonly pages: readonly AdminPage[];
}

export const adminGroups: readonly AdminGroup[] = [
  {
    title: null,
    pages: [
      {
        path: '/overview',
        label: 'overview',
        icon: IconLayoutDashboard,
        load: async () => (await import('../features/overview/OverviewPage.tsx')).OverviewPage,
      },
    ],
  },
  {
    title: 'groupMachines',
    pages: [
      {
        path: '/vms',
        label: 'vms',
        icon: IconDeviceDesktop,
        load: async () => (await import('../features/vms/VmsPage.tsx')).VmsPage,
      },
      {
        path: '/wall',
        isForAll: true,
        load: async () => (await import('../features/screens/WallPage.tsx')).WallPage,
      },
      {
        path: '/recycle-bin',
        label: 'recycleBin',
        icon: IconTrash,
        isForAll: true,
        load: async () => (await import('../features/vms/RecycleBinPage.tsx')).RecycleBinPage,
      },
      {
        path: '/templates',
        label: 'templates',
        icon: IconTemplate,
        load: async () => (await import('../features/templates/TemplatesPage.tsx')).TemplatesPage,
      },
      {
        path: '/templates/new',
        load: async () => (await import('../features/templates/NewTemplatePage.tsx')).NewTemplatePage,
      },
      {
        path: '/templates/:templateId',
        load: async () => (await import('../features/templates/TemplatePage.tsx')).TemplatePage,
      },
      {
        path: '/images',
        label: 'images',
        icon: IconDisc,
        load: async () => (await import('../features/images/ImagesPage.tsx')).ImagesPage,
      },
      {
        path: '/images/:imageId',
        load: async () => (await import('../features/images/ImagePage.tsx')).ImagePage,
      },
      {
        path: '/networks',
        label: 'networks',
        icon: IconNetwork,
        load: async () => (await import('../features/networks/NetworksPage.tsx')).NetworksPage,
      },
      {
        path: '/hosts',
        label: 'hosts',
        icon: IconServer,
        load: async () => (await import('../features/hosts/HostsPage.tsx')).HostsPage,
      },
      {
        path: '/hosts/new',
        load: async () => (await import('../features/hosts/NewHostPage.tsx')).NewHostPage,
      },
      {
        path: '/hosts/:hostId',
        load: async () => (await import('../features/hosts/HostPage.tsx')).HostPage,
      },
      {
        path: '/leftovers',
        label: 'leftovers',
        icon: IconArchive,
        load: async () => (await import('../features/leftovers/LeftoversPage.tsx')).LeftoversPage,
      },
    ],
  },
  {
    title: 'groupPeople',
    pages: [
      {
        path: '/users',
        label: 'users',
        icon: IconUsers,
        load: async () => (await import('../features/users/UsersPage.tsx')).UsersPage,
      },
      {
        path: '/users/:userId',
        load: async () => (await import('../features/users/UserPage.tsx')).UserPage,
      },
      {
        path: '/classes',
        label: 'classes',
        icon: IconSchool,
        isForAll: true,
        load: async () => (await import('../features/classes/ClassesPage.tsx')).ClassesPage,
      },
      {
        path: '/classes/new',
        load: async () => (await import('../features/classes/NewClassPage.tsx')).NewClassPage,
      },
      {
        path: '/classes/:classId',
        isForAll: true,
        load: async () => (await import('../features/classes/ClassPage.tsx')).ClassPage,
      },
    ],
  },
  {
    title: 'groupSystem',
    pages: [
      {
        path: '/operations',
        label: 'operations',
        icon: IconActivity,
        isForAll: true,
        load: async () => (await import('../features/operations/OperationsPage.tsx')).OperationsPage,
      },
      {
        path: '/audit',
        label: 'audit',
        icon: IconHistory,
        load: async () => (await import('../features/audit/AuditPage.tsx')).AuditPage,
      },
      {
        path: '/settings',
        label: 'settings',
        icon: IconSettings,
        load: async () => (await import('../features/settings/SettingsPage.tsx')).SettingsPage,
      },
    ],
  },
];
