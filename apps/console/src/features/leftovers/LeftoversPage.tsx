/** What lies on the servers and no record knows; read when somebody looks. */
import { LEFTOVER_AGE_MS, type Leftover, type LeftoverHost } from '@loucloud/api';
import { IconAlertTriangle, IconArchiveOff, IconRefresh } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { call, query } from '../../app/api.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { operationEnd } from '../../app/operation-follow.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Page } from '../../ui/Page.tsx';
import { PageSkeleton } from '../../ui/PageSkeleton.tsx';
import { PageProblem } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SwitchField } from '../../ui/fields.tsx';
import { AdoptDialog } from '../hosts/AdoptDialog.tsx';
import { LeftoversTable } from './LeftoversTable.tsx';
import { MissingParts } from './MissingParts.tsx';
import { leftoversMessages } from './leftovers.messages.ts';

type Shown = { readonly dialog: 'remove' | 'takeBack'; readonly leftover: Leftover } | null;

export function LeftoversPage() {
  const t = useT(leftoversMessages);
  const [params] = useSearchParams();
  const hostId = params.get('hostId');
  const [shown, setShown] = useState<Shown>(null);
  const { data, error, refetch, isFetching } = useQuery({
    ...query('leftoverList', { query: hostId === null ? {} : { hostId } }),
    staleTime: 0,
    retry: false,
  });
  const toast = useToast();
  const queries = useQueryClient();
  const sweep = useMutation({
    mutationFn: () => call('leftoverSweep'),
    onError: toast.problem,
    onSettled: () => {
      void refetch();
      void queries.invalidateQueries({ queryKey: ['overviewGet'] });
    },
  });
  const close = () => setShown(null);
  return (
    <Page
      help="leftovers"
      title={t('title')}
      actions={
        <ActionButton
          icon={IconRefresh}
          isPending={isFetching || sweep.isPending}
          onClick={() => sweep.mutate()}
        >
          {t('again')}
        </ActionButton>
      }
    >
      <p className="text-secondary">{t('intro')}</p>
      {hostId !== null && <OnlyHost host={data?.hosts[0]} />}
      {data && <Silent hosts={data.hosts.filter(({ problem }) => problem !== null)} />}
      {error && !data && <PageProblem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <PageSkeleton columns={[['col-12', 12]]} />}
      {data?.items.length === 0 && (
        <div className="card">
          <EmptyState icon={IconArchiveOff} title={t('none')} hint={t('noneHint')} />
        </div>
      )}
      {data && data.items.length > 0 && (
        <LeftoversTable
          leftovers={data.items}
          onTakeBack={(leftover) => setShown({ dialog: 'takeBack', leftover })}
          onRemove={(leftover) => setShown({ dialog: 'remove', leftover })}
        />
      )}
      {data && <MissingParts parts={data.missing} />}
      {shown?.dialog === 'remove' && <RemoveDialog leftover={shown.leftover} onClose={close} />}
      {shown?.dialog === 'takeBack' && (
        <AdoptDialog
          hostId={shown.leftover.hostId}
          domainId={shown.leftover.id}
          name={shown.leftover.vmName ?? shown.leftover.name}
          onClose={close}
        />
      )}
    </Page>
  );
}

function OnlyHost({ host }: { host: LeftoverHost | undefined }) {
  const t = useT(leftoversMessages);
  return (
    <p className="d-flex flex-wrap gap-2">
      {host && <span className="chip">{t('onlyHost', { name: host.hostName })}</span>}
      <Link to="/leftovers">{t('allHosts')}</Link>
    </p>
  );
}

function Silent({ hosts }: { hosts: readonly LeftoverHost[] }) {
  const t = useT(leftoversMessages);
  const format = useFormat();
  if (hosts.length === 0) return null;
  return (
    <div className="alert alert-warning" role="status">
      <div className="alert-icon">
        <IconAlertTriangle aria-hidden="true" />
      </div>
      <div>
        <div className="fw-medium">
          {t('silent', { names: format.list(hosts.map(({ hostName }) => hostName)) })}
        </div>
        <div>{t('silentHint')}</div>
      </div>
    </div>
  );
}

function RemoveDialog({ leftover, onClose }: { leftover: Leftover; onClose: () => void }) {
  const t = useT(leftoversMessages);
  const toast = useToast();
  const queries = useQueryClient();
  const { hostId, hostName: host, kind, id, name, isActive: powerOff, recordedOn } = leftover;
  const { firstSeenAt } = leftover;
  const isYoung = firstSeenAt === null || Date.now() - Date.parse(firstSeenAt) < LEFTOVER_AGE_MS;
  const [evenYoung, setEvenYoung] = useState(false);
  const ofDomain = recordedOn === null ? t('removeDomain', { host }) : t('removeStale', { host });
  const text = kind === 'disk' ? t('removeDisk', { host }) : ofDomain;
  return (
    <ConfirmDialog
      title={t('removeTitle', { name })}
      confirmLabel={t('removeConfirm')}
      isDangerous
      reason={isYoung && !evenYoung ? t('confirmYoung') : undefined}
      onClose={onClose}
      action={async () => {
        const { operationId } = await call('leftoverRemove', {
          body: { hostId, kind, id, powerOff, evenYoung },
        });
        await operationEnd(operationId);
        toast.success(t('removed', { name }));
        void queries.invalidateQueries({ queryKey: ['leftoverList'] });
      }}
    >
      {powerOff && recordedOn !== null && (
        <p className="text-danger">{t('removeRunning', { host, other: recordedOn })}</p>
      )}
      <p>{text}</p>
      {isYoung && (
        <SwitchField
          field={{ name: 'evenYoung', value: evenYoung, set: setEvenYoung, error: undefined }}
          label={t('evenYoung')}
          hint={t('evenYoungHint')}
        />
      )}
    </ConfirmDialog>
  );
}
