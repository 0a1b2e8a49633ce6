/** How a refusal is shown: in the place of what could not be loaded, and above what was not accepted. */
import type { ApiError } from '@loucloud/api';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useErrorText } from '../app/error-text.ts';
import { useT } from '../app/language.tsx';
import { uiMessages } from './ui.messages.ts';

interface LoadProblemProps {
  readonly error: ApiError;
  readonly onRetry: () => void;
  /** What else can be done, beside trying again. */
  readonly action?: ReactNode;
}

export function LoadProblem({ error, onRetry, action }: LoadProblemProps) {
  const t = useT(uiMessages);
  const text = useErrorText();
  return (
    <div className="empty" role="alert">
      <div className="empty-icon text-danger">
        <IconAlertTriangle aria-hidden="true" />
      </div>
      <p className="empty-title">{t('couldNotLoad')}</p>
      <p className="empty-subtitle text-secondary">{text(error)}</p>
      {error.requestId && <p className="text-secondary small">{t('requestId', { id: error.requestId })}</p>}
      <div className="empty-action d-flex flex-wrap justify-content-center gap-2">
        {action}
        <button type="button" className="btn" onClick={onRetry}>
          {t('retry')}
        </button>
      </div>
    </div>
  );
}

/** In the place of a whole page, or of a list. */
export const PageProblem = (props: LoadProblemProps) => (
  <div className="card">
    <LoadProblem {...props} />
  </div>
);

/** Within a form: what it offers a choice of could not be read. */
export function LoadAlert({ error, onRetry }: { error: ApiError | null; onRetry: () => void }) {
  const t = useT(uiMessages);
  return (
    <ProblemAlert error={error}>
      <button type="button" className="btn btn-sm mt-2" onClick={onRetry}>
        {t('retry')}
      </button>
    </ProblemAlert>
  );
}

export function ProblemAlert({ error, children }: { error: ApiError | null; children?: ReactNode }) {
  const t = useT(uiMessages);
  const text = useErrorText();
  if (!error) return null;
  return (
    <div className="alert alert-danger" role="alert">
      <div className="alert-icon">
        <IconAlertTriangle aria-hidden="true" />
      </div>
      <div>
        <div>{text(error)}</div>
        {children}
        {error.code === 'internal' && error.requestId && (
          <div className="small mt-1">{t('requestId', { id: error.requestId })}</div>
        )}
      </div>
    </div>
  );
}
