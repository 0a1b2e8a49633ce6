import type { Vm } from '@loucloud/api';
import { IconDeviceDesktop, IconPower } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { Link, useParams } from 'react-router';
import { call, query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { NotFound } from '../../ui/FullPageError.tsx';
import { Menu } from '../../ui/Menu.tsx';
import { useVmActions } from '../vms/vm-actions.tsx';
import { GONE, LinkOverlay } from './LinkOverlay.tsx';
import { ScreenFrame } from './ScreenFrame.tsx';
import { ScreenProblem } from './ScreenProblem.tsx';
import { ScreenSplash } from './ScreenSplash.tsx';
import { desktopMessages } from './desktop.messages.ts';
import { SerialTerminal } from './serial-terminal.ts';
import { useConsoleLink } from './use-console-link.ts';

export function SerialConsolePage() {
  const { vmId = '' } = useParams();
  const { data: vm, error, refetch } = useQuery(query('vmGet', { params: { vmId } }));
  if (vm) return <SerialConsole vm={vm} isGone={error?.code === 'not_found'} />;
  if (error?.code === 'not_found' || error?.code === 'invalid_request') return <NotFound />;
  return error ? (
    <ScreenProblem vmId={vmId} error={error} onRetry={() => void refetch()} />
  ) : (
    <ScreenSplash />
  );
}

const powerActions = ['start', 'resume', 'shutdown', 'reboot', 'suspend', 'powerOff', 'reset'] as const;

function SerialConsole({ vm, isGone }: { vm: Vm; isGone: boolean }) {
  const t = useT(desktopMessages);
  const actions = useVmActions();
  const target = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<SerialTerminal | null>(null);
  const label = t('serialTitle', { name: vm.name });

  useEffect(() => {
    if (!target.current) return undefined;
    const created = new SerialTerminal(target.current, label);
    setTerminal(created);
    return () => {
      setTerminal(null);
      created.dispose();
    };
    // The terminal is made once; its label may be of the language before.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  const { state, retry } = useConsoleLink(terminal ? { key: vm.id, state: vm.state } : undefined, {
    getTicket: () => call('vmSerialConsole', { params: { vmId: vm.id } }),
    attach: (socket, link) => terminal?.attach(socket, () => link.opened()) ?? (() => undefined),
  });
  return (
    <ScreenFrame
      name={vm.name}
      vm={vm}
      title={label}
      takesKeys
      tools={
        <>
          <span className="screen-hint">{t('serialHint')}</span>
          <Link to={`/vms/${vm.id}/desktop`} className="btn btn-sm btn-ghost-light">
            <IconDeviceDesktop size={18} className="icon" aria-hidden="true" />
            <span className="screen-tool-text">{t('toDesktop')}</span>
          </Link>
          <Menu
            items={actions.pick(vm, powerActions)}
            label={t('power')}
            className="btn btn-icon btn-sm btn-ghost-light"
          >
            <IconPower size={18} aria-hidden="true" />
          </Menu>
        </>
      }
    >
      <LinkOverlay vm={vm} state={isGone ? GONE : state} onRetry={retry} actions={actions} screen={target} />
      <div ref={target} className="terminal-target" />
      {actions.dialog}
    </ScreenFrame>
  );
}
