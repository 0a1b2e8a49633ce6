import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useT } from '../app/language.tsx';
import type { List } from '../app/list.ts';
import { uiMessages } from './ui.messages.ts';

export function Pager<Row>({ list }: { list: List<Row> }) {
  const t = useT(uiMessages);
  const { page, offset, previous, next } = list;
  if (!page) return null;
  const count = page.items.length;
  return (
    <div className="card-footer d-flex align-items-center gap-2 flex-wrap">
      <p className="m-0 text-secondary small me-auto" role="status">
        {offset === null || (!previous && !next)
          ? t('rowsUnknown', { total: page.total })
          : t('rows', { from: offset + 1, to: offset + count, total: page.total })}
      </p>
      {(previous || next) && (
        <nav className="btn-list" aria-label={t('nextPage')}>
          <TurnButton onClick={previous}>
            <IconChevronLeft size={16} className="icon" aria-hidden="true" />
            {offset === null ? t('firstPage') : t('previousPage')}
          </TurnButton>
          <TurnButton onClick={next}>
            {t('nextPage')}
            <IconChevronRight size={16} className="icon icon-end" aria-hidden="true" />
          </TurnButton>
        </nav>
      )}
    </div>
  );
}

/** At an end it leads nowhere, and keeps the focus of whoever came there by it. */
function TurnButton({ onClick, children }: { onClick: (() => void) | null; children: ReactNode }) {
  return (
    <button
      type="button"
      className={`btn btn-sm ${onClick ? '' : 'disabled-look'}`}
      aria-disabled={!onClick}
      onClick={onClick ?? undefined}
    >
      {children}
    </button>
  );
}
