/** What is on a VM's screen, small. It is asked for only while it is in sight, and never by a tab in the background. */
import type { ClassVm, Screenshot, Vm } from '@loucloud/api';
import {
  IconDeviceDesktopOff,
  IconDeviceFloppy,
  IconHelp,
  IconPlugOff,
  IconPower,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Ref } from 'react';
import { query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import './screens.css';
import { screensMessages } from './screens.messages.ts';
import { useOnScreen } from './use-on-screen.ts';

/** Longer than the server keeps a picture for all who look. */
const AGAIN_MS = 5000;
const KEPT_MS = 60_000;

type Reason = NonNullable<Screenshot['reason']> | 'saved' | 'missing' | 'unknown';

interface ThumbnailProps {
  readonly vm: Pick<Vm, 'id' | 'name' | 'state' | 'actions'>;
  /** In a row of a table. */
  readonly isSmall?: boolean;
}

export function Thumbnail({ vm, isSmall = false }: ThumbnailProps) {
  const [element, isOnScreen] = useOnScreen<HTMLDivElement>();
  const why = vm.actions.openDesktop === 'ok' ? null : reasonOf(vm);
  const howAsked = askedIf(why === null && isOnScreen);
  const { data } = useQuery({ ...query('vmScreenshot', { params: { vmId: vm.id } }), ...howAsked });
  return <Picture ref={element} name={vm.name} why={why} data={data} isSmall={isSmall} />;
}

interface ClassThumbnailProps {
  readonly classId: string;
  readonly userId: string;
  readonly vm: Pick<ClassVm, 'name' | 'state'>;
}

/** Of a class's member, for whoever leads the class. */
export function ClassThumbnail({ classId, userId, vm }: ClassThumbnailProps) {
  const [element, isOnScreen] = useOnScreen<HTMLDivElement>();
  const why = vm.state === 'running' || vm.state === 'paused' ? null : reasonOfState(vm.state);
  const howAsked = askedIf(why === null && isOnScreen);
  const { data } = useQuery({ ...query('classVmScreenshot', { params: { classId, userId } }), ...howAsked });
  return <Picture ref={element} name={vm.name} why={why} data={data} isSmall={false} />;
}

const askedIf = (isAsked: boolean) => ({
  enabled: isAsked,
  refetchInterval: isAsked && AGAIN_MS,
  staleTime: AGAIN_MS,
  gcTime: KEPT_MS,
  retry: false,
});

interface PictureProps {
  readonly ref: Ref<HTMLDivElement>;
  readonly name: string;
  /** Why there is none, where that is known without asking. */
  readonly why: Reason | null;
  readonly data: Screenshot | undefined;
  readonly isSmall: boolean;
}

function Picture({ ref, name, why, data, isSmall }: PictureProps) {
  const t = useT(screensMessages);
  const reason = why ?? data?.reason ?? null;
  const picture = why === null ? (data?.picture ?? null) : null;
  return (
    <div ref={ref} className={`thumbnail ${isSmall ? 'is-small' : ''}`}>
      {picture !== null ? (
        <img src={picture} alt={t('screenOf', { name })} />
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
  return reasonOfState(state);
}

function reasonOfState(state: Vm['state']): Reason {
  if (state === 'unknown' || state === 'missing') return state;
  return state === 'saved' ? 'saved' : 'off';
}

const plain = {
  off: { icon: IconPower, word: 'off' },
  saved: { icon: IconDeviceFloppy, word: 'saved' },
  no_screen: { icon: IconDeviceDesktopOff, word: 'noScreen' },
  host_away: { icon: IconPlugOff, word: 'hostAway' },
  missing: { icon: IconHelp, word: 'missing' },
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
