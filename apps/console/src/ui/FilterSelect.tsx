import { useT } from '../app/language.tsx';
import type { List } from '../app/list.ts';
import type { Option } from './fields.tsx';
import { uiMessages } from './ui.messages.ts';

interface FilterSelectProps<Row> {
  readonly list: List<Row>;
  readonly name: string;
  readonly label: string;
  readonly options: readonly Option<string>[];
}

export function FilterSelect<Row>({ list, name, label, options }: FilterSelectProps<Row>) {
  const t = useT(uiMessages);
  const value = list.filter(name);
  return (
    <select
      className="form-select filter"
      aria-label={label}
      value={value}
      onChange={(event) => list.setFilter(name, event.target.value)}
    >
      <option value="">{t('filter', { label, value: t('all') })}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {t('filter', { label, value: option.label })}
        </option>
      ))}
    </select>
  );
}
