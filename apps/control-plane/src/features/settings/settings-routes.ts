import type { Endpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { SettingsService } from './settings-service.ts';

export const settingsRoutes = (
  settings: SettingsService,
): Handlers<Pick<Endpoints, 'settingsGet' | 'settingsUpdate'>> => ({
  settingsGet: () => settings.show(),
  settingsUpdate: ({ body }, caller) => settings.update(body, caller),
});
