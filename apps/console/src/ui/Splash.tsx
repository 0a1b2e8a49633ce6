import { useT } from '../app/language.tsx';
import { uiMessages } from './ui.messages.ts';

/** Shown only when the answer takes a moment: a flash of a spinner is worse than none. */
export function Splash() {
  const t = useT(uiMessages);
  return (
    <div className="page page-center late" role="status">
      <div className="text-center">
        <div className="spinner-border text-secondary" aria-hidden="true" />
        <span className="visually-hidden">{t('loading')}</span>
      </div>
    </div>
  );
}
