import type { templateEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { TemplateService } from './template-service.ts';

export const templateRoutes = (templates: TemplateService): Handlers<typeof templateEndpoints> => ({
  templateList: ({ query }, caller) => templates.list(query, caller),
  templateCreate: ({ body }, caller) => templates.create(body, caller),
  templateGet: ({ params }, caller) => templates.get(params.templateId, caller),
  templateUpdate: ({ params, body }, caller) => templates.update(params.templateId, body, caller),
  async templateRemove({ params }, caller) {
    await templates.remove(params.templateId, caller);
    return {};
  },
});
