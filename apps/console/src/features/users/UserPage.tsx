import type { User } from '@loucloud/api';
import { IconInfoCircle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Facts } from '../../ui/Facts.tsx';
import type { MenuAction } from '../../ui/Menu.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { Tag } from '../../ui/Tag.tsx';
import { Time } from '../../ui/Time.tsx';
import { userLabel } from '../../ui/UserSelect.tsx';
import { kindMessages } from '../../words/nouns.messages.ts';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import { VmsCard } from '../vms/VmsCard.tsx';
import { ProfileForm } from './ProfileForm.tsx';
import { QuotaForm } from './QuotaForm.tsx';
import { useUserActions } from './user-actions.tsx';
import { usersMessages } from './users.messages.ts';

export function UserPage() {
  const t = useT(usersMessages);
  const kinds = useT(kindMessages);
  const { userId = '' } = useParams();
  const { data: user, error, refetch } = useQuery(query('userGet', { params: { userId } }));
  const isGone = error?.code === 'not_found';
  // The key: another user's forms begin with their own values.
  if (user && !isGone) return <LoadedUser key={userId} user={user} />;
  return (
    <Page help="user" title={isGone ? t('gone') : kinds('user')} back={{ to: '/users', label: t('title') }}>
      {error ? (
        <PageProblem error={error} onRetry={() => void refetch()} />
      ) : (
        <PageSkeleton
          columns={[
            ['col-lg-6', 34],
            ['col-lg-6', 18.5, 13, 12],
          ]}
        />
      )}
    </Page>
  );
}

function LoadedUser({ user }: { user: User }) {
  const t = useT(usersMessages);
  const actions = useUserActions();
  const { password, disable, delete: remove } = actions.of(user);
  return (
    <Page
      help="user"
      title={userLabel(user)}
      heading={
        <span className="d-inline-flex flex-wrap align-items-center gap-2">
          {userLabel(user)}
          {user.role === 'admin' && <Tag>{t('admin')}</Tag>}
          {user.isDisabled && <Badge tone="neutral">{t('disabled')}</Badge>}
        </span>
      }
      back={{ to: '/users', label: t('title') }}
      actions={[password, disable, remove].map((action) => (
        <HeadButton key={action.label} action={action} />
      ))}
    >
      <Deletion user={user} />
      {user.isDisabled && (
        <div className="alert alert-info" role="status">
          <div className="alert-icon">
            <IconInfoCircle aria-hidden="true" />
          </div>
          <div>{t('disabledHint', { name: user.name })}</div>
        </div>
      )}
      <div className="row row-cards">
        <div className="col-lg-6">
          <QuotaForm user={user} />
        </div>
        <div className="col-lg-6">
          <div className="d-grid gap-3">
            <ProfileForm user={user} />
            <Access user={user} />
            <VmsCard title={t('vms')} filter={{ ownerId: user.id }} none={t('vmsNone')} />
          </div>
        </div>
      </div>
      {actions.dialog}
    </Page>
  );
}

function HeadButton({ action: { label, icon, reason, onSelect } }: { action: MenuAction }) {
  return (
    <ActionButton {...(icon ? { icon } : {})} reason={reason} onClick={onSelect}>
      {label}
    </ActionButton>
  );
}

function Access({ user: { id, createdAt, lastLoginAt } }: { user: User }) {
  const t = useT(usersMessages);
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('facts')}</h2>
        <Link to={`/audit?actorId=${id}`} className="ms-auto small">
          {t('history')}
        </Link>
      </div>
      <div className="card-body">
        <Facts
          facts={[
            { label: t('lastLogin'), value: lastLoginAt === null ? t('never') : <Time at={lastLoginAt} /> },
            { label: t('created'), value: <Time at={createdAt} /> },
          ]}
        />
      </div>
    </section>
  );
}

/** The operation may have been started elsewhere, or its dialog closed. */
function Deletion({ user: { id, name } }: { user: User }) {
  const t = useT(usersMessages);
  const { data } = useQuery(
    query('operationList', { query: { objectId: id, type: 'user.delete', isActive: true, limit: 1 } }),
  );
  const operation = data?.items[0];
  if (!operation) return null;
  return (
    <div className="card mb-3">
      <div className="card-body">
        <h2 className="card-title mb-2">{t('deleting', { name })}</h2>
        <OperationStatus operation={operation} />
      </div>
    </div>
  );
}
