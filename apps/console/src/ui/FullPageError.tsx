import { type ComponentProps, useEffect } from 'react';
import { Link } from 'react-router';
import { useT } from '../app/language.tsx';
import { loadWhole } from '../app/page-code.ts';
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

/** A page that threw: a bug of ours. Only it is lost, not what surrounds it. */
export function BrokenPage() {
  const t = useT(uiMessages);
  return <ReloadOffer title={t('brokenPage')} hint={t('brokenPageHint')} />;
}

/** A page whose code did not come. Whoever comes back to it gets it, if LouCloud can be reached by then. */
export function MissingPage() {
  const t = useT(uiMessages);
  useEffect(() => void loadWhole(), []);
  return <ReloadOffer title={t('missingPage')} hint={t('missingPageHint')} />;
}

function ReloadOffer({ title, hint }: { title: string; hint: string }) {
  const t = useT(uiMessages);
  return (
    <div className="empty" role="alert">
      <p className="empty-title">{title}</p>
      <p className="empty-subtitle text-secondary">{hint}</p>
      <div className="empty-action">
        <button type="button" className="btn btn-primary" onClick={() => location.reload()}>
          {t('reload')}
        </button>
      </div>
    </div>
  );
}
