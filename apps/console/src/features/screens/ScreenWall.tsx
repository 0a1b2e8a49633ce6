/** Many screens beside each other, each a way to its desktop: of a list of VMs, of a class. */
import type { Vm } from '@loucloud/api';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { VmStateBadge } from '../vms/VmStateBadge.tsx';
import { Thumbnail } from './Thumbnail.tsx';
import { screensMessages } from './screens.messages.ts';

interface ScreenWallProps {
  readonly vms: readonly Vm[];
  /** Whose each is: where they are several people's. */
  readonly showsOwner: boolean;
}

export function ScreenWall({ vms, showsOwner }: ScreenWallProps) {
  const t = useT(screensMessages);
  return (
    <ul className="screen-wall">
      {vms.map((vm) => {
        const canOpen = vm.actions.openDesktop === 'ok';
        return (
          <li key={vm.id} className="card screen-tile">
            <Link to={canOpen ? `/vms/${vm.id}/desktop` : `/vms/${vm.id}`}>
              <span className="visually-hidden">{t(canOpen ? 'open' : 'show', { name: vm.name })}</span>
              <Thumbnail vm={vm} />
            </Link>
            <div className="screen-tile-words">
              <Link
                to={`/vms/${vm.id}`}
                className={`fw-medium text-truncate ${showsOwner ? 'screen-tile-name' : ''}`}
                title={vm.name}
              >
                {vm.name}
              </Link>
              {showsOwner && <span className="small text-secondary text-truncate">{vm.ownerName}</span>}
              <VmStateBadge vm={vm} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}
