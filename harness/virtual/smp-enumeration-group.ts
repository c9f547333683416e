import type { CborValue } from '#codecs/cbor.ts';
import { ENUMERATION_ERROR } from '#codecs/smp-error.ts';
import { ENUMERATION_COMMAND } from '#codecs/smp.ts';
import {
  INVALID,
  unsigned,
  type SmpGroupHandlers,
  type SmpReply,
  type SmpRequest,
} from '#virtual/smp-request.ts';

/** Names as Zephyr gives them (`CONFIG_MCUMGR_GRP_*_DETAILS_NAME`). */
const NAMES: Readonly<Record<number, string>> = {
  0: 'os mgmt',
  1: 'img mgmt',
  2: 'stat mgmt',
  3: 'settings mgmt',
  8: 'fs mgmt',
  9: 'shell mgmt',
  10: 'enum mgmt',
};

/** Handlers of group 10: which groups there are (smp.md section 9.5). */
export function enumerationGroup(ids: readonly number[]): SmpGroupHandlers {
  return {
    [ENUMERATION_COMMAND.count]: { read: () => ({ members: [['count', ids.length]] }) },
    [ENUMERATION_COMMAND.list]: { read: () => ({ members: [['groups', ids]] }) },
    [ENUMERATION_COMMAND.single]: { read: (request) => single(request, ids) },
    [ENUMERATION_COMMAND.details]: { read: (request) => details(request, ids) },
  };
}

function single(request: SmpRequest, ids: readonly number[]): SmpReply {
  const map = request.members();
  const index = map === null ? null : unsigned(map, 'index');
  if (index === null) return INVALID;
  const group = ids[index ?? 0];
  if (group === undefined) return { error: ENUMERATION_ERROR.indexTooLarge };
  const isLast = (index ?? 0) === ids.length - 1;
  return {
    members: isLast
      ? [
          ['group', group],
          ['end', true],
        ]
      : [['group', group]],
  };
}

function details(request: SmpRequest, ids: readonly number[]): SmpReply {
  const wanted = request.members()?.get('groups');
  const chosen = Array.isArray(wanted)
    ? ids.filter((id) => (wanted as readonly CborValue[]).includes(id))
    : ids;
  const entries = chosen.map(
    (id) =>
      new Map<string, CborValue>([
        ['group', id],
        ['name', NAMES[id] ?? ''],
      ]),
  );
  return { members: [['groups', entries]] };
}
