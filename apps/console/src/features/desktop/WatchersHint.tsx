/** How many people besides oneself are in front of the same screen. */
import type { Watchers } from '@loucloud/api';
import { IconEye } from '@tabler/icons-react';
import { useT } from '../../app/language.tsx';
import { desktopMessages } from './desktop.messages.ts';

const NAMED_MAX = 5;

export function WatchersHint({ watchers: { others, names } }: { watchers: Watchers }) {
  const t = useT(desktopMessages);
  const named = names.slice(0, NAMED_MAX).join(t('comma')) + (names.length > NAMED_MAX ? ' …' : '');
  return (
    <span role="status" className="screen-watchers" title={named}>
      {others > 0 && (
        <>
          <IconEye size={16} aria-hidden="true" />
          <span className="screen-watchers-text">{t('othersWatch', { count: others })}</span>
          <span className="screen-watchers-count" aria-hidden="true">
            {others}
          </span>
          {named !== '' && <span className="visually-hidden">{named}</span>}
        </>
      )}
    </span>
  );
}
