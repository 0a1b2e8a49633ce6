/** A list of members, read and looked up: who is known, who is new, and which lines cannot be taken. */
import { type BadLine, CLASS_MEMBERS_MAX, type MemberLine, readMemberList } from '@loucloud/api';
import type { Db, Tx } from '../../platform/database/database.ts';
import { UserError } from '../../platform/errors.ts';
import type { KnownUser, UsersOfClass } from './class-parts.ts';

export interface LookedUp {
  readonly members: readonly (MemberLine & { readonly known: KnownUser | null })[];
  readonly badLines: readonly BadLine[];
}

export async function lookUp(sql: Db | Tx['sql'], text: string, users: UsersOfClass): Promise<LookedUp> {
  const list = readMemberList(text);
  if (list.members.length > CLASS_MEMBERS_MAX) throw tooLarge(list.members.length);
  const known = await users.find(
    sql,
    list.members.map(({ name }) => name),
  );
  const badLines: BadLine[] = [...list.badLines];
  const members = list.members.flatMap((member) => {
    const user = known.get(member.name) ?? null;
    const reason = user?.role === 'admin' ? 'is_admin' : user?.isDisabled ? 'is_disabled' : null;
    if (reason === null) return [{ ...member, known: user }];
    badLines.push({ line: member.line, text: member.name, reason });
    return [];
  });
  return { members, badLines: badLines.sort((a, b) => a.line - b.line) };
}

/** For whoever acts on the whole list: with a bad line none of it is done. */
export function requireGood({ badLines, members }: LookedUp): LookedUp['members'] {
  if (badLines.length === 0) return members;
  const lines = badLines.map(({ line, text }) => `${line}: ${text}`);
  throw new UserError('class_members_invalid', { lines });
}

export const tooLarge = (count: number) =>
  new UserError('class_too_large', { max: CLASS_MEMBERS_MAX, count });
