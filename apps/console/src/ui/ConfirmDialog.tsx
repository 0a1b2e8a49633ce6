import type { ApiError } from '@loucloud/api';
import { type ReactNode, useState } from 'react';
import { useT } from '../app/language.tsx';
import './confirm-dialog.css';
import { Modal } from './Modal.tsx';
import { ProblemAlert } from './Problem.tsx';
import { uiMessages } from './ui.messages.ts';

interface ConfirmDialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** What the button does, by name: "Delete web-1", never "OK". */
  readonly confirmLabel: string;
  readonly isDangerous?: boolean;
  /** Why it cannot be confirmed as it is. */
  readonly reason?: string | undefined;
  /** The dialog closes when it succeeds, and shows the refusal when it does not. */
  readonly action: () => Promise<unknown>;
  readonly onClose: () => void;
}

export function ConfirmDialog({
  title,
  children,
  confirmLabel,
  isDangerous = false,
  reason,
  action,
  onClose,
}: ConfirmDialogProps) {
  const t = useT(uiMessages);
  const [isPending, setIsPending] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const confirm = async () => {
    if (isPending) return;
    setIsPending(true);
    setError(null);
    try {
      await action();
      onClose();
    } catch (refusal) {
      // Mutations reject with ApiError only: see useAction.
      setError(refusal as ApiError);
      setIsPending(false);
    }
  };
  return (
    <Modal title={title} onClose={onClose} {...(isDangerous ? { tone: 'danger' as const } : {})}>
      <div className="modal-body">
        <ProblemAlert error={error} />
        {children}
      </div>
      <div className="modal-footer">
        {reason !== undefined && <p className="confirm-reason">{reason}</p>}
        <button
          type="button"
          className="btn me-auto"
          onClick={onClose}
          data-first-focus={isDangerous || undefined}
        >
          {t('cancel')}
        </button>
        <button
          type="button"
          className={`btn ${isDangerous ? 'btn-danger' : 'btn-primary'} ${isPending ? 'btn-loading' : ''}`}
          disabled={reason !== undefined}
          // A refusal finds the focus where it was.
          aria-disabled={isPending}
          title={reason}
          data-first-focus={!isDangerous || undefined}
          onClick={() => void confirm()}
        >
          {confirmLabel}
        </button>
      </div>
    </Modal>
  );
}
