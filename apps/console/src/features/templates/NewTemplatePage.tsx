import { useNavigate, useSearchParams } from 'react-router';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { Page } from '../../ui/Page.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { TemplateForm } from './TemplateForm.tsx';
import { type TemplateValues, bodyOf, newTemplate } from './template-values.ts';
import { templatesMessages } from './templates.messages.ts';

export function NewTemplatePage() {
  const t = useT(templatesMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const form = useForm<'templateCreate', TemplateValues>('templateCreate', {
    initial: { ...newTemplate, imageId: params.get('imageId') ?? '' },
    request: (values) => ({ body: bodyOf(values) }),
    onDone: async ({ name }) => {
      toast.success(t('madeNow', { name }));
      await navigate('/templates');
    },
  });
  return (
    <Page help="newTemplate" title={t('addTitle')} back={{ to: '/templates', label: t('title') }} isNarrow>
      <TemplateForm form={form} submitLabel={t('createNow')} />
    </Page>
  );
}
