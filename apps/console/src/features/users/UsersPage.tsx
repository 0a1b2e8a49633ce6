import type { User } from '@loucloud/api';
import { IconPlus, IconUsers } from '@tabler/icons-react';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { amountText } from '../../app/error-sentence.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { useList } from '../../app/list.ts';
import { useOpensForm } from '../../app/opens.ts';
import { Badge } from '../../ui/Badge.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { FilterSelect } from '../../ui/FilterSelect.tsx';
import { Page } from '../../ui/Page.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { Time } from '../../ui/Time.tsx';
import { UsageMeter } from '../../ui/UsageMeter.tsx';
import { quotaMessages } from '../../words/nouns.messages.ts';
import { NewUserDialog } from './NewUserDialog.tsx';
import { useUserActions } from './user-actions.tsx';
import './users.css';
import { usersMessages } from './users.messages.ts';

const shownResources = ['vms', 'vcpus', 'memoryMib', 'diskBytes'] as const;

export function UsersPage() {
  const t = useT(usersMessages);
  const navigate = useNavigate();
  const [isAdding, setIsAdding] = useState(useOpensForm());
  const actions = useUserActions();
  const list = useList('userList', { filters: ['isDisabled'], sort: 'name' });
  const add = (
    <button type="button" className="btn btn-primary" onClick={() => setIsAdding(true)}>
      <IconPlus size={18} className="icon" aria-hidden="true" />
      {t('add')}
    </button>
  );
  return (
    <Page help="users" title={t('title')} actions={add}>
      <DataTable
        list={list}
        label={t('title')}
        rowKey={(user) => user.id}
        rowName={(user) => user.name}
        rowActions={(user) => {
          const { password, disable, delete: remove } = actions.of(user);
          return [
            { label: t('open'), onSelect: () => void navigate(`/users/${user.id}`) },
            { label: t('showVms'), onSelect: () => void navigate(`/vms?ownerId=${user.id}`) },
            '-',
            password,
            disable,
            remove,
          ];
        }}
        searchLabel={t('search')}
        filters={
          <FilterSelect
            list={list}
            name="isDisabled"
            label={t('state')}
            options={[
              { value: 'false', label: t('active') },
              { value: 'true', label: t('disabled') },
            ]}
          />
        }
        empty={<EmptyState icon={IconUsers} title={t('emptyTitle')} hint={t('emptyHint')} action={add} />}
        columns={[
          { header: t('user'), sort: 'name', cell: (user) => <UserCell user={user} /> },
          { header: t('usage'), className: 'cell-meters', cell: (user) => <UserMeters user={user} /> },
          {
            header: t('lastLogin'),
            className: 'text-nowrap',
            cell: ({ lastLoginAt }) =>
              lastLoginAt === null ? (
                <span className="text-secondary">{t('never')}</span>
              ) : (
                <Time at={lastLoginAt} />
              ),
          },
          {
            header: t('created'),
            sort: 'createdAt',
            className: 'text-nowrap',
            cell: (user) => <Time at={user.createdAt} />,
          },
        ]}
      />
      {isAdding && <NewUserDialog onClose={() => setIsAdding(false)} />}
      {actions.dialog}
    </Page>
  );
}

function UserCell({ user: { id, name, displayName, role, isDisabled } }: { user: User }) {
  const t = useT(usersMessages);
  const shown = displayName || name;
  return (
    <div className="user-cell">
      <span className="avatar avatar-sm" aria-hidden="true">
        {Array.from(shown)[0]?.toUpperCase()}
      </span>
      <div className="min-width-0">
        <Link to={`/users/${id}`} className="row-name">
          {shown}
        </Link>{' '}
        {role === 'admin' && <Tag>{t('admin')}</Tag>}
        {isDisabled && <Badge tone="neutral">{t('disabled')}</Badge>}
        {shown !== name && <div className="small text-secondary text-break">{name}</div>}
      </div>
    </div>
  );
}

function UserMeters({ user: { usage, quota } }: { user: User }) {
  const names = useT(quotaMessages);
  const format = useFormat();
  return (
    <div className="user-meters">
      {shownResources.map((resource) => (
        <UsageMeter
          key={resource}
          isCompact
          label={names(resource)}
          used={usage[resource]}
          limit={quota[resource]}
          amount={(value) => amountText(resource, value, format)}
        />
      ))}
    </div>
  );
}
