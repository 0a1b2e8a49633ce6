/** Each choice takes effect, and is kept, at once. */
import { type Preferences } from '@loucloud/api';
import { languageNames, useLanguage, useT } from '../../app/language.tsx';
import { usePreference } from '../../app/preferences.ts';
import { useMe } from '../../app/session.tsx';
import { useTheme } from '../../app/theme.tsx';
import { ChoiceField, SwitchField } from '../../ui/fields.tsx';
import { accountMessages } from './account.messages.ts';

const AUTO = '';
const pageSizes = ['20', '50', '100'] as const satisfies Preferences['pageSize'][];

export function PreferencesCard() {
  const t = useT(accountMessages);
  const { preferences } = useMe();
  const prefer = usePreference();
  const language = useLanguage();
  const theme = useTheme();
  return (
    <div className="card">
      <div className="card-body">
        <h2 className="card-title">{t('preferences')}</h2>
        <ChoiceField
          label={t('language')}
          field={{
            name: 'language',
            value: preferences.language ?? AUTO,
            error: undefined,
            set: (value) => {
              language.choose(value === AUTO ? null : value);
              prefer({ language: value === AUTO ? null : value });
            },
          }}
          options={[
            { value: AUTO, label: t('languageAuto') },
            { value: 'zh-CN', label: languageNames['zh-CN'] },
            { value: 'en', label: languageNames.en },
          ]}
        />
        <ChoiceField
          label={t('theme')}
          field={{
            name: 'theme',
            value: preferences.theme ?? AUTO,
            error: undefined,
            set: (value) => {
              theme.choose(value === AUTO ? null : value);
              prefer({ theme: value === AUTO ? null : value });
            },
          }}
          options={[
            { value: AUTO, label: t('themeAuto') },
            { value: 'light', label: t('light') },
            { value: 'dark', label: t('dark') },
          ]}
        />
        <ChoiceField
          label={t('pageSize')}
          field={{
            name: 'pageSize',
            value: preferences.pageSize,
            error: undefined,
            set: (pageSize) => prefer({ pageSize }),
          }}
          options={pageSizes.map((value) => ({ value, label: value }))}
        />
        <SwitchField
          label={t('desktopScaling')}
          field={{
            name: 'desktopScaling',
            value: preferences.desktopScaling,
            error: undefined,
            set: (desktopScaling) => prefer({ desktopScaling }),
          }}
        />
      </div>
    </div>
  );
}
