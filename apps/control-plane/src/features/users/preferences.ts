import type { Preferences } from '@loucloud/api';

/** A new user's. null: as the browser says. */
export const firstPreferences: Preferences = {
  language: null,
  theme: null,
  desktopScaling: true,
  pageSize: '20',
  columns: {},
};
