import { useT } from '../../app/language.tsx';
import { useIsAdmin } from '../../app/session.tsx';
import { Page } from '../../ui/Page.tsx';
import { OperationsTable } from './OperationsTable.tsx';
import { operationsPageMessages } from './operations.messages.ts';

export function OperationsPage() {
  const t = useT(operationsPageMessages);
  return (
    <Page help="operations" title={useIsAdmin() ? t('title') : t('own')}>
      <OperationsTable />
    </Page>
  );
}
