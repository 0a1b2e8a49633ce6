import type { screenshotEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { ScreenshotService } from './screenshot-service.ts';

export const screenshotRoutes = (screenshots: ScreenshotService): Handlers<typeof screenshotEndpoints> => ({
  vmScreenshot: ({ params }, caller) => screenshots.of(params.vmId, caller),
});
