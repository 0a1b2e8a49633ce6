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
  readonly size?: 'md' | 'lg';
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function FormDialog({ title, form, submitLabel, size = 'md', onClose, children }: FormDialogProps) {
  const t = useT(uiMessages);
  return (
    <Modal title={title} onClose={onClose} isSticky={form.isChanged} size={size}>
      <form {...form.props}>
        <div className="modal-body">
          <ProblemAlert error={form.error} />
          {children}
        </div>
        <div className="modal-footer">
          <button type="button" className="btn me-auto" onClick={onClose}>
            {t('cancel')}
          </button>
          <SubmitButton isPending={form.isPending}>{submitLabel ?? t('save')}</SubmitButton>
        </div>
      </form>
    </Modal>
  );
}
