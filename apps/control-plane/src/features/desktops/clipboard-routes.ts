import type { clipboardEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { ClipboardService } from './clipboard-service.ts';

export const clipboardRoutes = (clipboards: ClipboardService): Handlers<typeof clipboardEndpoints> => ({
  vmClipboard: ({ params }, caller) => clipboards.of(params.vmId, caller),
});
