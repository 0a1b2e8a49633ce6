/** What became of each VM of a server that is emptied. */
import type { DrainedVm } from '@loucloud/api';
import { catalog } from '../app/i18n.ts';

export const drainOutcomeMessages = catalog(
  {
    waiting: 'waits',
    moving: 'moves',
    moved: 'moved',
    shutting_down: 'shuts down',
    shut_down: 'shut down',
    left: 'stays',
    failed: 'failed',
    cancelled: 'cancelled',
    gone: 'gone',
  } as const satisfies Record<DrainedVm['outcome'], string>,
  {
    waiting: '等待中',
    moving: '迁移中',
    moved: '已迁移',
    shutting_down: '关机中',
    shut_down: '已关机',
    left: '保留',
    failed: '失败',
    cancelled: '已取消',
    gone: '已不存在',
  },
);
