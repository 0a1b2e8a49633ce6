import type { statisticsEndpoints } from '@loucloud/api';
import type { Handlers } from '../../platform/http/serve.ts';
import type { StatisticsService } from './statistics-service.ts';

export const statisticsRoutes = (statistics: StatisticsService): Handlers<typeof statisticsEndpoints> => ({
  vmStatistics: ({ params, query: { range = 'hour' } }, caller) =>
    statistics.ofVm(params.vmId, range, caller),
  hostStatistics: ({ params, query: { range = 'hour' } }) => statistics.ofHost(params.hostId, range),
});
