/** A member's screen, for whoever leads the class. */
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';
import { call, query } from '../../app/api.ts';
import { useT } from '../../app/language.tsx';
import { WatchedScreen } from '../desktop/WatchedScreen.tsx';
import { classesMessages } from './classes.messages.ts';

export function ClassScreenPage() {
  const t = useT(classesMessages);
  const { classId = '', userId = '' } = useParams();
  const { data } = useQuery(query('classMemberList', { params: { classId } }));
  const member = data?.items.find((one) => one.userId === userId);
  return (
    <WatchedScreen
      watched={`${classId} ${userId}`}
      name={member?.vm?.name ?? ''}
      getTicket={() => call('classVmDesktop', { params: { classId, userId } })}
      gone={{ title: t('screenGone'), hint: t('screenGoneHint') }}
    />
  );
}
