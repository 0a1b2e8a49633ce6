import type { Class } from '@loucloud/api';
import { IconPlus, IconSchool } from '@tabler/icons-react';
import { Link } from 'react-router';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { useIsAdmin } from '../../app/session.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { TwoLines } from '../../ui/TwoLines.tsx';
import { expiryText } from './class-time.ts';
import { classesMessages } from './classes.messages.ts';

export function ClassesPage() {
  const t = useT(classesMessages);
  const format = useFormat();
  const isAdmin = useIsAdmin();
  const list = useList('classList', { sort: 'name' });
  const add = isAdmin && (
    <Link to="/classes/new" className="btn btn-primary">
      <IconPlus size={18} className="icon" aria-hidden="true" />
      {t('add')}
    </Link>
  );
  const hint = t(isAdmin ? 'emptyHint' : 'emptyMine');
  return (
    <Page help="classes" title={t('title')} actions={add}>
      <DataTable<Class>
        list={list}
        label={t('title')}
        rowKey={({ id }) => id}
        rowName={({ name }) => name}
        searchLabel={t('search')}
        empty={<EmptyState icon={IconSchool} title={t('emptyTitle')} hint={hint} action={add} />}
        columns={[
          {
            header: t('name'),
            sort: 'name',
            cell: ({ id, name, description }) => (
              <TwoLines
                first={
                  <Link to={`/classes/${id}`} className="row-name">
                    {name}
                  </Link>
                }
                second={description}
              />
            ),
          },
          { header: t('teacher'), cell: ({ ownerName }) => ownerName },
          { header: t('template'), cell: ({ templateName }) => templateName },
          {
            header: t('machines'),
            cell: ({ vmCount, memberCount }) => t('machinesOf', { vms: vmCount, members: memberCount }),
          },
          { header: t('running'), cell: ({ runningCount }) => format.number(runningCount) },
          {
            header: t('expires'),
            cell: ({ expiresAt }) => (expiresAt === null ? t('never') : expiryText(expiresAt, format)),
          },
        ]}
      />
    </Page>
  );
}
