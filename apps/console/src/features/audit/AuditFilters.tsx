import { type Event, type ObjectKind, eventTypes } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import type { List } from '../../app/list.ts';
import { FilterSelect } from '../../ui/FilterSelect.tsx';
import { UserSelect, userLabel } from '../../ui/UserSelect.tsx';
import { eventMessages } from '../../words/events.messages.ts';
import { kindMessages } from '../../words/nouns.messages.ts';
import { uiMessages } from '../../ui/ui.messages.ts';
import { auditMessages } from './audit.messages.ts';

/** An operation's events are about what it works on. */
const kinds = [
  'user',
  'session',
  'token',
  'host',
  'image',
  'template',
  'vm',
  'network',
  'setting',
] as const satisfies readonly ObjectKind[];

export function AuditFilters({ list }: { list: List<Event> }) {
  const t = useT(auditMessages);
  const events = useT(eventMessages);
  const kindNames = useT(kindMessages);
  return (
    <>
      <FilterSelect
        list={list}
        name="type"
        label={t('type')}
        options={eventTypes.map((type) => ({ value: type, label: events(type) }))}
      />
      <FilterSelect
        list={list}
        name="objectKind"
        label={t('kind')}
        options={kinds.map((kind) => ({ value: kind, label: kindNames(kind) }))}
      />
      <ActorFilter list={list} />
      {list.filter('objectId') !== '' && (
        <button
          type="button"
          className="btn btn-sm btn-outline-primary"
          onClick={() => list.setFilter('objectId', '')}
        >
          {t('onlyObject')} ×
        </button>
      )}
    </>
  );
}

function ActorFilter({ list }: { list: List<Event> }) {
  const t = useT(auditMessages);
  const ui = useT(uiMessages);
  const actorId = list.filter('actorId');
  const { data } = useQuery({
    ...query('userGet', { params: { userId: actorId } }),
    enabled: actorId !== '',
    retry: false,
  });
  const value = actorId === '' ? null : { value: actorId, label: data ? userLabel(data) : t('somebody') };
  return (
    <UserSelect
      className="filter"
      label={t('who')}
      placeholder={ui('filter', { label: t('who'), value: t('anybody') })}
      value={value}
      onChange={(user) => list.setFilter('actorId', user?.value ?? '')}
    />
  );
}
