import { IconActivity, IconLogout, IconMoon, IconSun, IconUserCircle } from '@tabler/icons-react';
import { useNavigate } from 'react-router';
import { Menu } from '../ui/Menu.tsx';
import { useLogOut } from '../features/session/log-out.ts';
import { languageNames, useLanguage, useT } from './language.tsx';
import { usePreference } from './preferences.ts';
import { useMe } from './session.tsx';
import { shellMessages } from './shell.messages.ts';
import { useTheme } from './theme.tsx';

export function UserMenu({ className = 'nav-link' }: { className?: string }) {
  const t = useT(shellMessages);
  const { user } = useMe();
  const navigate = useNavigate();
  const logOut = useLogOut();
  const { language } = useLanguage();
  const { theme } = useTheme();
  const prefer = usePreference();
  const name = user.displayName || user.name;
  return (
    <Menu
      className={`user-menu ${className}`}
      label={t('userMenu', { name })}
      hasText
      items={[
        { label: t('account'), icon: IconUserCircle, onSelect: () => void navigate('/account') },
        ...(user.role === 'member'
          ? [{ label: t('operations'), icon: IconActivity, onSelect: () => void navigate('/operations') }]
          : []),
        '-',
        ...(['zh-CN', 'en'] as const).map((choice) => ({
          label: languageNames[choice],
          isChecked: choice === language,
          onSelect: () => prefer({ language: choice }),
        })),
        '-',
        theme === 'dark'
          ? { label: t('useLight'), icon: IconSun, onSelect: () => prefer({ theme: 'light' }) }
          : { label: t('useDark'), icon: IconMoon, onSelect: () => prefer({ theme: 'dark' }) },
        '-',
        { label: t('logOut'), icon: IconLogout, onSelect: () => void logOut() },
      ]}
    >
      <span className="avatar avatar-sm" aria-hidden="true">
        {Array.from(name)[0]?.toUpperCase()}
      </span>
      <span className="user-menu-name">
        <span className="d-block text-truncate">{name}</span>
        <span className="d-block small text-secondary">{t(user.role)}</span>
      </span>
    </Menu>
  );
}
