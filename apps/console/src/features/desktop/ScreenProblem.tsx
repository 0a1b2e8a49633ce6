import type { ApiError } from '@loucloud/api';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { FullPageError } from '../../ui/FullPageError.tsx';
import { desktopMessages } from './desktop.messages.ts';
import './screen.css';

interface ScreenProblemProps {
  readonly vmId: string;
  readonly error: ApiError;
  readonly onRetry: () => void;
}

/** Whose screen it would be could not be read. As dark as what it stands for, and with a way back. */
export function ScreenProblem({ vmId, error, onRetry }: ScreenProblemProps) {
  const t = useT(desktopMessages);
  const back = (
    <Link to={`/vms/${vmId}`} className="btn">
      {t('backToVm')}
    </Link>
  );
  return (
    <div className="screen-page" data-bs-theme="dark">
      <FullPageError error={error} onRetry={onRetry} action={back} />
    </div>
  );
}
