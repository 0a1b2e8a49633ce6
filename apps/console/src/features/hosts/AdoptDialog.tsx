/** Makes somebody's domain a VM of a user: what it is, what LouCloud could not do for it, and whose it becomes. */
import type { ForeignDomainDetails, User } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { operationEnd } from '../../app/operation-follow.ts';
import { useMe } from '../../app/session.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { LoadProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { UserSelect, userLabel } from '../../ui/UserSelect.tsx';
import { Field, type Option, SubmitButton, TextField } from '../../ui/fields.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { stateMessages } from '../../words/vms.messages.ts';
import { AdoptionFacts } from '../vms/VmAdoption.tsx';
import { adoptMessages } from './adopt.messages.ts';

interface AdoptDialogProps {
  readonly hostId: string;
  readonly domainId: string;
  readonly name: string;
  readonly onClose: () => void;
}

export function AdoptDialog({ hostId, domainId, name, onClose }: AdoptDialogProps) {
  const t = useT(adoptMessages);
  const { data, error, refetch } = useQuery({
    ...query('foreignDomainGet', { params: { hostId, domainId } }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  return (
    <Modal title={t('title', { name })} onClose={onClose} isSticky>
      {error && !data && <LoadProblem error={error} onRetry={() => void refetch()} />}
      {!data && !error && (
        <div className="modal-body late placeholder-glow" aria-hidden="true">
          <span className="placeholder col-8" />
        </div>
      )}
      {data && <AdoptForm hostId={hostId} domain={data} onClose={onClose} />}
    </Modal>
  );
}

interface AdoptFormProps {
  readonly hostId: string;
  readonly domain: ForeignDomainDetails;
  readonly onClose: () => void;
}

function AdoptForm({ hostId, domain, onClose }: AdoptFormProps) {
  const t = useT(adoptMessages);
  const ui = useT(uiMessages);
  const toast = useToast();
  const { user: me } = useMe();
  const [owner, setOwner] = useState<Option<string>>(firstOwner(domain, me));
  const form = useForm('foreignDomainAdopt', {
    initial: { name: '', ownerId: owner.value },
    request: ({ name, ownerId }) => ({
      params: { hostId, domainId: domain.id },
      body: { ownerId, ...(name === '' ? {} : { name }) },
    }),
    async onDone({ operationId }) {
      await operationEnd(operationId);
      toast.success(t('adopted', { name: domain.name, owner: owner.label }));
      onClose();
    },
  });
  const choose = (user: Option<string> | null) => {
    const chosen = user ?? { value: me.id, label: userLabel(me) };
    setOwner(chosen);
    form.set({ ownerId: chosen.value });
  };
  return (
    <form {...form.props}>
      <div className="modal-body">
        <ProblemAlert error={form.error} />
        <p>{domain.isTransient ? t('transient') : t('what')}</p>
        <DomainSize domain={domain} />
        <AdoptionFacts adoption={domain.adoption} />
        <hr className="my-3" />
        <Field name="ownerId" error={undefined} label={t('owner')} hint={t('ownerHint')}>
          {({ id }) => <UserSelect id={id} label={t('owner')} value={owner} onChange={choose} />}
        </Field>
        <TextField
          field={form.field('name')}
          label={t('name')}
          hint={t('nameHint', { name: domain.title || domain.name })}
        />
      </div>
      <div className="modal-footer">
        <button type="button" className="btn me-auto" onClick={onClose}>
          {ui('cancel')}
        </button>
        <SubmitButton isPending={form.isPending} {...(domain.isTransient ? { reason: t('transient') } : {})}>
          {t('adopt')}
        </SubmitButton>
      </div>
    </form>
  );
}

function DomainSize({ domain }: { domain: ForeignDomainDetails }) {
  const t = useT(adoptMessages);
  const states = useT(stateMessages);
  const format = useFormat();
  return (
    <p className="fw-medium">
      {t('size', {
        state: states(domain.state),
        vcpus: domain.vcpus,
        memory: format.mib(domain.memoryMib),
        disk: format.bytes(domain.diskBytes),
      })}
    </p>
  );
}

/** Whose it was before, where that is known. */
function firstOwner({ ownerId, ownerName }: ForeignDomainDetails, me: User): Option<string> {
  return ownerId === null
    ? { value: me.id, label: userLabel(me) }
    : { value: ownerId, label: ownerName ?? ownerId };
}
