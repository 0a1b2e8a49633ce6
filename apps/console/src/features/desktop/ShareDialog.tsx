/** Links by which others may watch: makes them, shows the secret once, takes them back. */
import type { Vm, WatchLink } from '@loucloud/api';
import { watchPathOf } from '@loucloud/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { query, useAction } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useT } from '../../app/language.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { LoadProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { Time } from '../../ui/Time.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { SelectField, SubmitButton } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { desktopMessages } from './desktop.messages.ts';

const lifetimes = ['1', '8', '24', '168', '720'] as const;
const FIRST: { hours: (typeof lifetimes)[number] } = { hours: '8' };

export function ShareDialog({ vm, onClose }: { vm: Pick<Vm, 'id' | 'name'>; onClose: () => void }) {
  const t = useT(desktopMessages);
  const ui = useT(uiMessages);
  const queries = useQueryClient();
  const params = { vmId: vm.id };
  const [made, setMade] = useState<string | null>(null);
  const links = useQuery(query('watchLinkList', { params }));
  const reload = () => queries.invalidateQueries({ queryKey: ['watchLinkList'] });
  const form = useForm('watchLinkCreate', {
    initial: FIRST,
    request: ({ hours }) => ({ params, body: { hours: Number(hours) } }),
    onDone: ({ secret }) => {
      setMade(location.origin + watchPathOf(secret));
      void reload();
    },
  });
  return (
    <Modal title={t('shareTitle', { name: vm.name })} onClose={onClose}>
      <form {...form.props}>
        <div className="modal-body">
          <p>{t('shareHint')}</p>
          <ProblemAlert error={form.error} />
          <SelectField
            field={form.field('hours')}
            label={t('shareFor')}
            options={lifetimes.map((value) => ({ value, label: t(`hours_${value}`) }))}
          />
          <SubmitButton isPending={form.isPending}>{t('shareMake')}</SubmitButton>
          {made !== null && <MadeLink address={made} />}
          <h3 className="h4 mt-4">{t('shareLinks')}</h3>
          {links.error && !links.data && (
            <LoadProblem error={links.error} onRetry={() => void links.refetch()} />
          )}
          {links.data?.items.length === 0 && <p className="text-secondary m-0">{t('shareNone')}</p>}
          <ul className="plain-list">
            {links.data?.items.map((link) => (
              <LinkLine key={link.id} link={link} vmId={vm.id} onRevoked={() => void reload()} />
            ))}
          </ul>
        </div>
      </form>
      <div className="modal-footer">
        <button type="button" className="btn" onClick={onClose}>
          {ui('close')}
        </button>
      </div>
    </Modal>
  );
}

function MadeLink({ address }: { address: string }) {
  const t = useT(desktopMessages);
  return (
    <div className="mt-3" role="status">
      <p className="mb-1">{t('shareMade')}</p>
      <div className="input-group">
        <input
          className="form-control font-monospace"
          readOnly
          value={address}
          aria-label={t('shareMade')}
          onFocus={(event) => event.target.select()}
        />
        <CopyButton text={address} label={t('shareCopy')} className="btn" />
      </div>
    </div>
  );
}

function LinkLine({ link, vmId, onRevoked }: { link: WatchLink; vmId: string; onRevoked: () => void }) {
  const t = useT(desktopMessages);
  const toast = useToast();
  const revoke = useAction('watchLinkRevoke', { onSuccess: onRevoked });
  return (
    <li className="d-flex align-items-center gap-2 py-1">
      <span className="flex-fill">
        {t('shareBy', { name: link.createdByName })} · {t('shareUntil')} <Time at={link.expiresAt} />
      </span>
      <button
        type="button"
        className="btn btn-sm"
        disabled={revoke.isPending}
        onClick={() => revoke.mutate({ params: { vmId, linkId: link.id } }, { onError: toast.problem })}
      >
        {t('shareRevoke')}
      </button>
    </li>
  );
}
