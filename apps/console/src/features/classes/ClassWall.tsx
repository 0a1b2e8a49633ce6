/** The screens of a class, each a way to look at it live: the teacher's view. */
import type { Class, ClassMember } from '@loucloud/api';
import { Link } from 'react-router';
import { useT } from '../../app/language.tsx';
import { ClassThumbnail } from '../screens/Thumbnail.tsx';
import { VmStateBadge } from '../vms/VmStateBadge.tsx';
import { classesMessages } from './classes.messages.ts';

interface ClassWallProps {
  readonly found: Class;
  readonly members: readonly ClassMember[];
}

export function ClassWall({ found, members }: ClassWallProps) {
  const t = useT(classesMessages);
  if (members.every(({ vm }) => vm === null)) return <p className="text-secondary">{t('noScreens')}</p>;
  return (
    <ul className="screen-wall">
      {members.map(({ userId, displayName, vm }) =>
        vm === null ? null : (
          <li key={userId} className="card screen-tile">
            <Link to={`/classes/${found.id}/members/${userId}/screen`}>
              <span className="visually-hidden">{t('watch', { name: displayName })}</span>
              <ClassThumbnail classId={found.id} userId={userId} vm={vm} />
            </Link>
            <div className="screen-tile-words">
              <span className="fw-medium text-truncate" title={displayName}>
                {displayName}
              </span>
              <VmStateBadge vm={vm} />
            </div>
          </li>
        ),
      )}
    </ul>
  );
}
