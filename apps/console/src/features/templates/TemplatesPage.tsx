import type { Template } from '@loucloud/api';
import { IconPlus, IconTemplate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { Time } from '../../ui/Time.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import { RemoveTemplateDialog } from './RemoveTemplateDialog.tsx';
import { templatesMessages } from './templates.messages.ts';

export function TemplatesPage() {
  const t = useT(templatesMessages);
  const format = useFormat();
  const navigate = useNavigate();
  const [removed, setRemoved] = useState<Template | null>(null);
  const list = useList('templateList', { sort: 'name' });
  const add = (
    <Link to="/templates/new" className="btn btn-primary">
      <IconPlus size={18} className="icon" aria-hidden="true" />
      {t('add')}
    </Link>
  );
  return (
    <Page help="templates" title={t('title')} actions={add}>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(template) => template.id}
        rowName={(template) => template.name}
        searchLabel={t('search')}
        empty={<NoTemplates add={add} />}
        rowActions={(template) => [
          { label: t('edit'), onSelect: () => void navigate(`/templates/${template.id}`) },
          { label: t('newVm'), onSelect: () => void navigate(`/vms/new?template=${template.id}`) },
          '-',
          { label: t('remove'), isDangerous: true, onSelect: () => setRemoved(template) },
        ]}
        columns={[
          {
            header: t('name'),
            sort: 'name',
            cell: (template) => (
              <TwoLines
                first={
                  <Link to={`/templates/${template.id}`} className="row-name">
                    {template.name}
                  </Link>
                }
                second={template.description}
              />
            ),
          },
          {
            header: t('size'),
            className: 'text-nowrap',
            cell: (template) =>
              t('sizeText', {
                vcpus: template.vcpus,
                memory: format.mib(template.memoryMib),
                disk: format.bytes(template.diskBytes),
              }),
          },
          {
            header: t('image'),
            className: 'cell-name',
            cell: (template) => <Link to={`/images/${template.imageId}`}>{template.imageName}</Link>,
          },
          { header: t('network'), cell: (template) => template.networkName ?? '–' },
          { header: t('firmware'), cell: (template) => t(template.firmware) },
          {
            header: t('visibleTo'),
            className: 'text-nowrap',
            cell: (template) => <VisibleTo template={template} />,
          },
          { header: t('vms'), cell: (template) => format.number(template.vmCount) },
          {
            header: t('created'),
            sort: 'createdAt',
            className: 'text-nowrap',
            cell: (template) => <Time at={template.createdAt} />,
          },
        ]}
      />
      {removed && <RemoveTemplateDialog template={removed} onClose={() => setRemoved(null)} />}
    </Page>
  );
}

function VisibleTo({ template: { visibility, userIds } }: { template: Template }) {
  const t = useT(templatesMessages);
  if (visibility === 'all') return t('everybody');
  return userIds.length === 0 ? t('nobody') : t('chosenUsers', { count: userIds.length });
}

function NoTemplates({ add }: { add: ReactNode }) {
  const t = useT(templatesMessages);
  const { data } = useQuery(query('imageList', { query: { limit: 1 } }));
  if (data?.total !== 0) {
    return <EmptyState icon={IconTemplate} title={t('emptyTitle')} hint={t('emptyHint')} action={add} />;
  }
  const toImages = (
    <Link to="/images" className="btn btn-primary">
      {t('toImages')}
    </Link>
  );
  return (
    <EmptyState icon={IconTemplate} title={t('emptyTitle')} hint={t('emptyNoImage')} action={toImages} />
  );
}
