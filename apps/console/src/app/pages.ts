/** The admin's pages: a row here is a route and, with an icon, a line of the side bar. */
import { IconActivity, IconDeviceDesktop } from '@tabler/icons-react';
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
    pages: [],
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
    ],
  },
  {
    title: 'groupPeople',
    pages: [],
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
    ],
  },
];
