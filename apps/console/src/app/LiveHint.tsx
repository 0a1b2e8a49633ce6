import { IconCloudOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useT } from './language.tsx';
import { shellMessages } from './shell.messages.ts';
import { useIsLiveDown } from './use-live.ts';

/** A blink of the connection is nobody's business. */
const PATIENCE_MS = 2000;

export function LiveHint() {
  const t = useT(shellMessages);
  const isDown = useIsLiveDown();
  const [isShown, setIsShown] = useState(false);
  useEffect(() => {
    if (!isDown) {
      setIsShown(false);
      return;
    }
    const timer = setTimeout(() => setIsShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isDown]);
  return (
    <div role="status" className="live-hint">
      {isShown && (
        <span className="badge bg-warning text-warning-fg" title={t('reconnectingHint')}>
          <IconCloudOff size={14} aria-hidden="true" /> {t('reconnecting')}
        </span>
      )}
    </div>
  );
}
