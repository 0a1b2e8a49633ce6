import { catalog } from '../../app/i18n.ts';

export const vmsCardMessages = catalog({ all: 'All {count}' }, { all: '全部 {count} 台' });
