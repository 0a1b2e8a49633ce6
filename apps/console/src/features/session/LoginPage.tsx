import { useQueryClient } from '@tanstack/react-query';
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useNavigate, useSearchParams } from 'react-router';
import { Logo } from '../../app/Brand.tsx';
import { query } from '../../app/api.ts';
import { useForm } from '../../app/form.ts';
import { languageNames, useLanguage, useT } from '../../app/language.tsx';
import { sessionGate } from '../../app/session-gate.ts';
import { safeNext } from '../../app/safe-next.ts';
import { shellMessages } from '../../app/shell.messages.ts';
import { useTheme } from '../../app/theme.tsx';
import { useDocumentTitle } from '../../ui/Page.tsx';
import { ProblemAlert } from '../../ui/Problem.tsx';
import { PasswordField, SubmitButton, TextField } from '../../ui/fields.tsx';
import { sessionMessages } from './session.messages.ts';

export function LoginPage() {
  const t = useT(sessionMessages);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  useDocumentTitle(t('title'));
  const form = useForm('sessionCreate', {
    initial: { name: '', password: '' },
    request: (body) => ({ body }),
    onDone: async (me) => {
      queries.clear();
      queries.setQueryData(query('meGet').queryKey, me);
      sessionGate.loggedIn();
      await navigate(safeNext(params.get('next'), location.origin), { replace: true });
    },
  });
  return (
    <div className="page page-center login">
      <main className="container container-tight py-4">
        <div className="text-center mb-4">
          <Logo size={48} />
          <h1 className="h2 mt-3 mb-1">{t('welcome')}</h1>
          <p className="text-secondary m-0">{t('tagline')}</p>
        </div>
        <div className="card card-md">
          <form className="card-body" {...form.props}>
            <ProblemAlert error={form.error} />
            <TextField field={form.field('name')} label={t('name')} autoComplete="username" autoFocus />
            <PasswordField
              field={form.field('password')}
              label={t('password')}
              autoComplete="current-password"
            />
            <div className="login-submit">
              <SubmitButton isPending={form.isPending}>{t('logIn')}</SubmitButton>
            </div>
            <p className="text-secondary small text-center mt-3 mb-0">{t('forgot')}</p>
          </form>
        </div>
        <Choices />
      </main>
    </div>
  );
}

function Choices() {
  const t = useT(shellMessages);
  const { language, choose } = useLanguage();
  const { theme, choose: chooseTheme } = useTheme();
  const other = language === 'zh-CN' ? 'en' : 'zh-CN';
  const isDark = theme === 'dark';
  const ThemeIcon = isDark ? IconSun : IconMoon;
  return (
    <div className="d-flex justify-content-center gap-2 mt-3">
      <button
        type="button"
        className="btn btn-ghost-secondary btn-sm"
        lang={other}
        onClick={() => choose(other)}
      >
        <IconLanguage size={18} className="icon" aria-hidden="true" />
        {languageNames[other]}
      </button>
      <button
        type="button"
        className="btn btn-ghost-secondary btn-sm"
        onClick={() => chooseTheme(isDark ? 'light' : 'dark')}
      >
        <ThemeIcon size={18} className="icon" aria-hidden="true" />
        {isDark ? t('useLight') : t('useDark')}
      </button>
    </div>
  );
}
