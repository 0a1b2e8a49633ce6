import type { SettingChange } from '@loucloud/api';
import { useT } from '../../app/language.tsx';
import { Time } from '../../ui/Time.tsx';
import { changeLines } from './setting-text.ts';
import { settingNameMessages, settingsMessages } from './settings.messages.ts';
import { useSettingWords } from './use-setting-words.ts';

export function SettingChanges({ changes }: { changes: readonly SettingChange[] }) {
  const t = useT(settingsMessages);
  const names = useT(settingNameMessages);
  const words = useSettingWords();
  return (
    <section className="card">
      <div className="card-header">
        <h2 className="card-title">{t('changes')}</h2>
      </div>
      {changes.length === 0 && <p className="card-body text-secondary m-0">{t('changesNone')}</p>}
      <ul className="list-group list-group-flush">
        {changes.map(({ key, before, after, actorName, at }) => (
          <li key={`${at} ${key}`} className="list-group-item">
            <div className="fw-medium">{names(key)}</div>
            {changeLines(key, before, after, words).map((line) => (
              <div key={line} className="text-break">
                {line}
              </div>
            ))}
            <div className="small text-secondary">
              {actorName || t('system')} · <Time at={at} />
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
