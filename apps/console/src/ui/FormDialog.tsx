/** A dialog that is one form: what is refused as a whole above its fields, cancel and submit below them. */
import type { ReactNode } from 'react';
import type { Form } from '../app/form.ts';
import { useT } from '../app/language.tsx';
import { Modal } from './Modal.tsx';
import { ProblemAlert } from './Problem.tsx';
import { SubmitButton } from './fields.tsx';
import { uiMessages } from './ui.messages.ts';

interface FormDialogProps {
  readonly title: string;
  readonly form: Pick<Form<unknown>, 'props' | 'error' | 'isPending' | 'isChanged'>;
  /** "Save" unless told. */
  readonly submitLabel?: string;
  /** What more there is to say of what was refused. */
  readonly problemDetail?: ReactNode;
  /** What takes its time meanwhile. */
  readonly pendingText?: string;
  readonly size?: 'md' | 'lg';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function FormDialog({
  title,
  form,
  submitLabel,
  problemDetail,
  pendingText,
  size = 'md',
  onClose,
  children,
}: FormDialogProps) {
  const t = useT(uiMessages);
  return (
    <Modal title={title} onClose={onClose} isSticky={form.isChanged} size={size}>
      <form {...form.props}>
        <div className="modal-body">
          <ProblemAlert error={form.error}>{problemDetail}</ProblemAlert>
          {children}
        </div>
        <div className="modal-footer">
          <button type="button" className="btn" onClick={onClose}>
            {t('cancel')}
          </button>
          <span className="me-auto small text-secondary" role="status">
            {form.isPending && pendingText}
          </span>
          <SubmitButton isPending={form.isPending}>{submitLabel ?? t('save')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}
