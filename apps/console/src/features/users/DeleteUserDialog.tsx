/** Deleting a user begins with the plan: what they have, and what becomes of it. Then one operation does it all. */
import { ApiError, type DeletionPlan, type User } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { query, useAction } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { operationEnd, useOperation } from '../../app/operation-follow.ts';
import { ActionButton } from '../../ui/ActionButton.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { LoadProblem, ProblemAlert } from '../../ui/Problem.tsx';
import { useToast } from '../../ui/Toasts.tsx';
import { uiMessages } from '../../ui/ui.messages.ts';
import { OperationStatus } from '../operations/OperationStatus.tsx';
import { DeletionChoice } from './DeletionChoice.tsx';
import { type Fate, fateRequest, reasonAgainst, undecided } from './fate.ts';
import './users.css';
import { usersMessages } from './users.messages.ts';

export function DeleteUserDialog({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useT(usersMessages);
  const {
    data: plan,
    error,
    refetch,
  } = useQuery({
    ...query('userDeletionPlan', { params: { userId: user.id } }),
    // What is decided upon must be what is there.
    staleTime: 0,
  });
  return (
    <Modal title={t('deleteTitle', { name: user.name })} onClose={onClose} tone="danger" isSticky>
      {error && !plan && <LoadProblem error={error} onRetry={() => void refetch()} />}
      {!plan && !error && (
        <div className="modal-body late placeholder-glow" aria-hidden="true">
          <span className="placeholder col-8" />
        </div>
      )}
      {plan && <Plan user={user} plan={plan} onClose={onClose} />}
    </Modal>
  );
}

interface PlanProps {
  readonly user: User;
  readonly plan: DeletionPlan;
  readonly onClose: () => void;
}

function Plan({ user: { id, name }, plan, onClose }: PlanProps) {
  const t = useT(usersMessages);
  const ui = useT(uiMessages);
  const [fate, setFate] = useState<Fate>(undecided);
  const deletion = useDeletion(id, name, onClose);
  const kept = plan.vms.filter((vm) => vm.isProtected).map((vm) => vm.id);
  const against = plan.vms.length > 0 ? reasonAgainst(fate, name) : null;
  const { operation, isRunning } = deletion;
  return (
    <>
      <div className="modal-body">
        <ProblemAlert error={deletion.error} />
        {plan.vms.length === 0 ? (
          <p>{t('planNoVms')}</p>
        ) : (
          <DeletionChoice userId={id} name={name} plan={plan} fate={fate} onChange={setFate} />
        )}
        <p className="text-secondary m-0">
          {t('planAccess', { sessions: plan.sessions, tokens: plan.tokens })}
        </p>
        {isRunning && operation && (
          <div className="mt-3">
            <OperationStatus operation={operation} />
            <p className="small text-secondary m-0">{t('deleteGoesOn')}</p>
          </div>
        )}
      </div>
      <div className="modal-footer">
        <button type="button" className="btn me-auto" onClick={onClose} autoFocus>
          {isRunning ? ui('close') : ui('cancel')}
        </button>
        <ActionButton
          className="btn-danger"
          isPending={isRunning}
          reason={against === null ? undefined : t(against)}
          onClick={() => void deletion.start(plan.vms.length > 0 ? fateRequest(fate, kept) : {})}
        >
          {t('deleteConfirm', { name })}
        </ActionButton>
      </div>
    </>
  );
}

function useDeletion(userId: string, name: string, onClose: () => void) {
  const t = useT(usersMessages);
  const toast = useToast();
  const navigate = useNavigate();
  const { mutateAsync } = useAction('userDelete');
  const [operationId, setOperationId] = useState<string | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const { data: operation } = useOperation(operationId);
  const start = async (query: ReturnType<typeof fateRequest>) => {
    setIsRunning(true);
    setError(null);
    try {
      const accepted = await mutateAsync({ params: { userId }, query });
      setOperationId(accepted.operationId);
      await operationEnd(accepted.operationId);
      toast.success(t('deleted', { name }));
      onClose();
      if (location.pathname.endsWith(userId)) await navigate('/users');
    } catch (refusal) {
      if (!(refusal instanceof ApiError)) throw refusal;
      setError(refusal);
    } finally {
      setIsRunning(false);
    }
  };
  return { start, operation, isRunning, error };
}
