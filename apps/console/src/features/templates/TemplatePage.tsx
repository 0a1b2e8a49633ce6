/** A template is edited where it is shown: it has nothing else to show. */
import type { Template } from '@loucloud/api';
import { IconDeviceDesktopPlus, IconInfoCircle, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { kindMessages } from '../../words/nouns.messages.ts';
import { VmsCard } from '../vms/VmsCard.tsx';
import { RemoveTemplateDialog } from './RemoveTemplateDialog.tsx';
import { TemplateForm } from './TemplateForm.tsx';
import { type TemplateValues, bodyOf, valuesOf } from './template-values.ts';
import { templatesMessages } from './templates.messages.ts';

export function TemplatePage() {
  const t = useT(templatesMessages);
  const kinds = useT(kindMessages);
  const { templateId = '' } = useParams();
  const { data: template, error, refetch } = useQuery(query('templateGet', { params: { templateId } }));
  const isGone = error?.code === 'not_found';
  // The key: another template's form begins with its own values.
  if (template && !isGone) return <EditTemplate key={templateId} template={template} />;
  return (
    <Page
      help="template"
      title={isGone ? t('gone') : kinds('template')}
      back={{ to: '/templates', label: t('title') }}
      isNarrow
    >
      {error ? (
        <PageProblem error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton columns={[['col-12', 62]]} />
      )}
    </Page>
  );
}

function EditTemplate({ template }: { template: Template }) {
  const t = useT(templatesMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const [isRemoving, setIsRemoving] = useState(false);
  const { id, name } = template;
  const form = useForm<'templateUpdate', TemplateValues>('templateUpdate', {
    initial: valuesOf(template),
    request: (values) => ({ params: { templateId: id }, body: bodyOf(values) }),
    onDone: async () => {
      toast.success(t('saved'));
      await navigate('/templates');
    },
  });
  return (
    <Page
      help="template"
      title={t('editTitle', { name })}
      back={{ to: '/templates', label: t('title') }}
      isNarrow
      actions={
        <>
          <Link to={`/vms/new?template=${id}`} className="btn">
            <IconDeviceDesktopPlus size={18} className="icon" aria-hidden="true" />
            {t('newVm')}
          </Link>
          <ActionButton icon={IconTrash} onClick={() => setIsRemoving(true)}>
            {t('remove')}
          </ActionButton>
        </>
      }
    >
      {template.vmCount > 0 && (
        <div className="alert alert-info" role="status">
          <div className="alert-icon">
            <IconInfoCircle aria-hidden="true" />
          </div>
          <div>{t('keepsVms')}</div>
        </div>
      )}
      <TemplateForm form={form} submitLabel={ui('save')} />
      <div className="mt-3">
        <VmsCard title={t('vmsFrom')} filter={{ templateId: id }} none={t('vmsNone')} />
      </div>
      {isRemoving && <RemoveTemplateDialog template={template} onClose={() => setIsRemoving(false)} />}
    </Page>
  );
}
