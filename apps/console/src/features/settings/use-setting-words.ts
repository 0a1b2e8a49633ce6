import type { QuotaResource } from '@loucloud/api';
import { useQuery } from '@tanstack/react-query';
import { query } from '../../app/api.ts';
import { amountText } from '../../app/error-sentence.ts';
import { useFormat } from '../../app/format.ts';
import { useT } from '../../app/language.tsx';
import { quotaMessages } from '../../words/nouns.messages.ts';
import { settingsMessages } from './settings.messages.ts';

/** What settingText needs to know. A network that is gone is shown by its id. */
export function useSettingWords() {
  const t = useT(settingsMessages);
  const resources = useT(quotaMessages);
  const format = useFormat();
  const { data } = useQuery(query('networkList', { query: { limit: 200, sort: 'name' } }));
  const networkName = (id: string) =>
    data?.items.find((network) => network.id === id)?.name ?? id.slice(0, 8);
  const amount = (resource: QuotaResource, value: number) => amountText(resource, value, format);
  return { t, resources, number: format.number, amount, networkName };
}
