/** What is on a VM's screen, small. It is asked for only while it is in sight, and never by a tab in the background. */
import type { Screenshot, Vm } from '@loucloud/api';
import { IconDeviceDesktopOff, IconHelp, IconPlugOff, IconPower } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import './screens.css';
import { screensMessages } from './screens.messages.ts';
import { useOnScreen } from './use-on-screen.ts';

/** Longer than the server keeps a picture for all who look. */
const AGAIN_MS = 5000;
const KEPT_MS = 60_000;

type Reason = NonNullable<Screenshot['reason']> | 'unknown';

interface ThumbnailProps {
  readonly vm: Pick<Vm, 'id' | 'name' | 'state' | 'actions'>;
  /** In a row of a table. */
  readonly isSmall?: boolean;
}

export function Thumbnail({ vm, isSmall = false }: ThumbnailProps) {
  const t = useT(screensMessages);
  const [element, isOnScreen] = useOnScreen<HTMLDivElement>();
  const verdict = vm.actions.openDesktop;
  const isAsked = verdict === 'ok' && isOnScreen;
  const { data } = useQuery({
    ...query('vmScreenshot', { params: { vmId: vm.id } }),
    enabled: isAsked,
    refetchInterval: isAsked && AGAIN_MS,
    staleTime: AGAIN_MS,
    gcTime: KEPT_MS,
    retry: false,
  });
  const reason = verdict === 'ok' ? (data?.reason ?? null) : reasonOf(vm);
  const picture = verdict === 'ok' ? (data?.picture ?? null) : null;
  return (
    <div ref={element} className={`thumbnail ${isSmall ? 'is-small' : ''}`}>
      {picture !== null ? (
        <img src={picture} alt={t('screenOf', { name: vm.name })} />
      ) : (
        <Plain reason={reason} isSmall={isSmall} />
      )}
    </div>
  );
}

/** Of a VM whose desktop cannot be opened. */
function reasonOf({ state, actions }: ThumbnailProps['vm']): Reason {
  if (actions.openDesktop === 'no_desktop') return 'no_screen';
  if (actions.openDesktop === 'host_unreachable') return 'host_away';
  return state === 'unknown' || state === 'missing' ? 'unknown' : 'off';
}

const plain = {
  off: { icon: IconPower, word: 'off' },
  no_screen: { icon: IconDeviceDesktopOff, word: 'noScreen' },
  host_away: { icon: IconPlugOff, word: 'hostAway' },
  unknown: { icon: IconHelp, word: 'unknown' },
} as const;

/** null and `busy`: a picture is on its way. */
function Plain({ reason, isSmall }: { reason: Reason | null; isSmall: boolean }) {
  const t = useT(screensMessages);
  if (reason === null || reason === 'busy') return <span className="visually-hidden">{t('waiting')}</span>;
  const { icon: Icon, word } = plain[reason];
  return (
    <span className="thumbnail-plain" title={isSmall ? t(word) : undefined}>
      <Icon size={isSmall ? 18 : 28} aria-hidden="true" />
      <span className={isSmall ? 'visually-hidden' : ''}>{t(word)}</span>
    </span>
  );
}
