import type { Event } from '@loucloud/api';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { AuditFilters } from './AuditFilters.tsx';
import { EventDialog } from './EventDialog.tsx';
import { Actor, EventSentence } from './EventSentence.tsx';
import { auditMessages } from './audit.messages.ts';

export function AuditPage() {
  const t = useT(auditMessages);
  const format = useFormat();
  const [shown, setShown] = useState<Event | null>(null);
  const list = useList('auditList', { filters: ['type', 'actorId', 'objectKind', 'objectId'], sort: '-seq' });
  return (
    <Page help="audit" title={t('title')}>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(event) => String(event.seq)}
        rowName={(event) => t('number', { seq: event.seq })}
        searchLabel={t('search')}
        filters={<AuditFilters list={list} />}
        empty={<EmptyState icon={IconHistory} title={t('emptyTitle')} hint={t('emptyHint')} />}
        columns={[
          {
            header: t('when'),
            sort: 'seq',
            className: 'text-nowrap',
            cell: ({ at }) => <time dateTime={at}>{format.dateTime(at)}</time>,
          },
          { header: t('what'), cell: (event) => <EventSentence event={event} /> },
          {
            header: t('whoFrom'),
            cell: (event) => (
              <span className="d-inline-flex flex-wrap align-items-baseline column-gap-2">
                <Actor event={event} />
                <span className="small text-secondary">{event.address}</span>
              </span>
            ),
          },
          {
            header: t('details'),
            cell: (event) => (
              <button type="button" className="btn-plain" onClick={() => setShown(event)}>
                {t('details')}
              </button>
            ),
          },
        ]}
      />
      {shown && <EventDialog event={shown} onClose={() => setShown(null)} />}
    </Page>
  );
}
