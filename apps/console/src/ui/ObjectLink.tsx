/** The name of an object, as a link where it has a page of its own. */
import type { ObjectKind } from '@loucloud/api';
import { Link } from 'react-router';

interface ObjectLinkProps {
  readonly kind: ObjectKind;
  readonly id: string;
  readonly name: string;
  /** It may be gone by now: the audit log remembers what was deleted. */
  readonly isGone?: boolean;
}

const addresses: Partial<Record<ObjectKind, (id: string) => string>> = {
  vm: (id) => `/vms/${id}`,
  host: (id) => `/hosts/${id}`,
  image: (id) => `/images/${id}`,
  template: (id) => `/templates/${id}`,
  user: (id) => `/users/${id}`,
  class: (id) => `/classes/${id}`,
  network: () => '/networks',
  setting: () => '/settings',
};

export function ObjectLink({ kind, id, name, isGone = false }: ObjectLinkProps) {
  const address = isGone ? undefined : addresses[kind]?.(id);
  return address === undefined ? <span>{name}</span> : <Link to={address}>{name}</Link>;
}
