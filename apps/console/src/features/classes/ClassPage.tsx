/** A class: its members, their machines, and what is done with all of them. */
import type { Class } from '@loucloud/api';
import { IconAlertTriangle, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useParams, useSearchParams } from 'react-router';
import { query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { NotFound } from '../../ui/FullPageError.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { kindMessages } from '../../words/nouns.messages.ts';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import { ClassActions } from './ClassActions.tsx';
import { ClassMembers } from './ClassMembers.tsx';
import { ClassWall } from './ClassWall.tsx';
import { expiryText, isSoon } from './class-time.ts';
import './classes.css';
import { classesMessages } from './classes.messages.ts';

/** Whoever leads a class is not told of its members' events: what they do is theirs. */
const LOOK_AGAIN_MS = 4000;

export function ClassPage() {
  const t = useT(classesMessages);
  const kinds = useT(kindMessages);
  const { classId = '' } = useParams();
  const params = { classId };
  const again = { refetchInterval: LOOK_AGAIN_MS };
  const { data: found, ...read } = useQuery({ ...query('classGet', { params }), ...again });
  const { data: members, ...membersRead } = useQuery({ ...query('classMemberList', { params }), ...again });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const isWall = useSearchParams()[0].get('view') === 'screens';
  const back = { to: '/classes', label: t('title') };

  const error = read.error ?? membersRead.error;
  if (error?.code === 'not_found' || error?.code === 'invalid_request') return <NotFound />;
  if (!found || !members) {
    return (
      <Page help="class" title={kinds('class')} back={back}>
        {error ? (
          <PageProblem
            error={error}
            onRetry={() => void Promise.all([read, membersRead].map((it) => it.refetch()))}
          />
        ) : (
          <PageSkeleton columns={[['col-12', 7.25, 24]]} />
        )}
      </Page>
    );
  }
  return (
    <Page
      help="class"
      title={found.name}
      back={back}
      actions={<ClassActions found={found} members={members.items} chosen={chosen} />}
    >
      <ExpiryNote found={found} />
      {found.templateId === null && <div className="alert alert-warning">{t('noTemplate')}</div>}
      <Summary found={found} />
      {found.operation && (
        <div className="card mb-3">
          <div className="card-body">
            <OperationStatus operation={found.operation} />
            <p className="text-secondary small mt-2 mb-0">{t('pace')}</p>
          </div>
        </div>
      )}
      {members.items.length === 0 ? (
        <div className="card">
          <EmptyState icon={IconUsers} title={t('noMembers')} hint={t('noMembersHint')} />
        </div>
      ) : (
        <>
          <ViewChoice isWall={isWall} />
          {isWall ? (
            <ClassWall found={found} members={members.items} />
          ) : (
            <ClassMembers found={found} members={members.items} chosen={chosen} onChoose={setChosen} />
          )}
        </>
      )}
    </Page>
  );
}

/** The address has it, so that a wall can be kept open and come back to. */
function ViewChoice({ isWall }: { isWall: boolean }) {
  const t = useT(classesMessages);
  const [, setSearch] = useSearchParams();
  const choices = [
    { label: t('members'), isChosen: !isWall, search: {} },
    { label: t('screens'), isChosen: isWall, search: { view: 'screens' } },
  ];
  return (
    <div className="btn-group mb-3" role="group" aria-label={t('view')}>
      {choices.map(({ label, isChosen, search }) => (
        <button
          key={label}
          type="button"
          className={`btn btn-sm ${isChosen ? 'btn-primary' : ''}`}
          aria-pressed={isChosen}
          onClick={() => setSearch(search)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}

function Summary({ found }: { found: Class }) {
  const t = useT(classesMessages);
  const format = useFormat();
  const facts = [
    { label: t('teacher'), value: found.ownerName },
    { label: t('template'), value: found.templateName },
    { label: t('machines'), value: t('machinesOf', { vms: found.vmCount, members: found.memberCount }) },
    { label: t('running'), value: format.number(found.runningCount) },
    {
      label: t('expires'),
      value: found.expiresAt === null ? t('never') : expiryText(found.expiresAt, format),
    },
  ];
  return (
    <div className="card mb-3">
      <div className="card-body class-summary">
        {found.description && <p className="text-break">{found.description}</p>}
        <Facts facts={facts} />
      </div>
    </div>
  );
}

function ExpiryNote({ found: { expiresAt, expiredAt } }: { found: Class }) {
  const t = useT(classesMessages);
  const format = useFormat();
  if (expiresAt === null || (expiredAt === null && !isSoon(expiresAt))) return null;
  const date = expiryText(expiresAt, format);
  return (
    <div className="alert alert-warning" role="status">
      <div className="alert-icon">
        <IconAlertTriangle aria-hidden="true" />
      </div>
      <div>
        {expiredAt === null ? (
          <>
            <strong>{t('expiresSoon', { date })}</strong> {t('expiresSoonText')}
          </>
        ) : (
          t('expired', { date })
        )}
      </div>
    </div>
  );
}
