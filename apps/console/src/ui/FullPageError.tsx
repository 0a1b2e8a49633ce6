import type { ComponentProps } from 'react';
import { Link, useRouteError } from 'react-router';
import { useT } from '../app/language.tsx';
import { PageNotLoaded } from '../app/page-code.ts';
import { LoadProblem } from './Problem.tsx';
import { uiMessages } from './ui.messages.ts';

export function FullPageError(props: ComponentProps<typeof LoadProblem>) {
  return (
    <div className="page page-center">
      <main className="container container-tight">
        <LoadProblem {...props} />
      </main>
    </div>
  );
}

export function NotFound() {
  const t = useT(uiMessages);
  return (
    <div className="empty">
      <p className="empty-title">{t('notFound')}</p>
      <p className="empty-subtitle text-secondary">{t('notFoundHint')}</p>
      <div className="empty-action">
        <Link to="/" className="btn btn-primary">
          {t('toHome')}
        </Link>
      </div>
    </div>
  );
}

/** A page that threw: a bug of ours; or its code did not come. Only it is lost, not what surrounds it. */
export function BrokenPage() {
  const t = useT(uiMessages);
  const isMissing = useRouteError() instanceof PageNotLoaded;
  return (
    <div className="empty" role="alert">
      <p className="empty-title">{t(isMissing ? 'missingPage' : 'brokenPage')}</p>
      <p className="empty-subtitle text-secondary">{t(isMissing ? 'missingPageHint' : 'brokenPageHint')}</p>
      <div className="empty-action">
        <button type="button" className="btn btn-primary" onClick={() => location.reload()}>
          {t('reload')}
        </button>
      </div>
    </div>
  );
}
