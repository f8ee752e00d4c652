// Refuses the queries that would get a wrong number: the guards of the embedded server (semantic/planner/guards.py), for
// Cube's `queryRewrite`. A test sends the same queries to both.
//
//   REQUIRED_MEMBER      the period and the scenario of an answer are pinned to one value, or grouped by
//   UNKNOWN_PERIOD       a period is written 2025-M10, 2025-T4, 2025-S2, 2025-P10 or 2025-A
//   OUT_OF_VALIDITY      a definition has no value in a period outside its validity
//   LEVEL_NOT_ALLOWED    an indicator is published at some structure levels only
//   CUT_NOT_ALLOWED      … and cut by some kinds of dimension only
//   UNGROUPED_NOT_ALLOWED  a row of the facts has no value of a ratio
//   UNKNOWN_ORDER        Cube would answer in no order at all
//   UNKNOWN_MEMBER, HIDDEN_MEMBER: Cube's own, and left to it

'use strict';

const LEVELS = ['nazionale', 'direzione', 'sede', 'agenzia'];
const PERIOD = 'periodo';
const PINNING = ['equals', 'in'];
const CODE = /^(\d{4})-(?:M(0[1-9]|1[0-2])|T([1-4])|S([12])|P(0[1-9]|1[0-2])|(A))$/;

class Refused extends Error {
  constructor(code, member, message) {
    super(message);
    this.code = code;
    this.member = member;
  }
}

function listed(value) {
  return Array.isArray(value) ? value : [];
}

function memberOf(name, model) {
  const [view, member] = String(name).split('.');
  const found = model.views.get(view);
  return found && found.members.get(member);
}

// `a.b.month` is the time dimension a.b at a granularity.
function bare(name) {
  return String(name).split('.').slice(0, 2).join('.');
}

function shownAs(cube, name, view) {
  return [...view.members.values()].find((member) => member.cube === cube && member.name === name);
}

function* leaves(filters) {
  for (const filter of listed(filters)) {
    if (filter.and || filter.or) {
      yield* leaves(filter.and || filter.or);
    } else {
      yield filter;
    }
  }
}

// The conditions that every row meets: those outside any `or` of several.
function* always(filters) {
  for (const filter of listed(filters)) {
    const inner = filter.and || filter.or;
    if (!inner) {
      yield filter;
    } else if (filter.and || saying(inner).length === 1) {
      yield* always(saying(inner));
    }
  }
}

// An empty group says nothing.
function saying(filters) {
  return filters.filter((filter) => [...leaves([filter])].length > 0);
}

function pinnedValues(query, model) {
  const found = new Map();
  for (const filter of always(query.filters)) {
    const member = memberOf(filter.member || filter.dimension, model);
    const values = listed(filter.values);
    if (member && member.kind === 'dimension' && PINNING.includes(filter.operator) && values.every((one) => one !== null)) {
      const texts = new Set(values.map(String));
      const before = found.get(member.shown);
      found.set(member.shown, before ? new Set([...before].filter((one) => texts.has(one))) : texts);
    }
  }
  return found;
}

function grouped(query, model) {
  const times = listed(query.timeDimensions).filter((each) => each.granularity).map((each) => each.dimension);
  return [...listed(query.dimensions).map(bare), ...times].map((name) => memberOf(name, model)).filter(Boolean);
}

// The members that select some rows rather than others, or tell rows apart.
function cutting(query, model) {
  const ranges = listed(query.timeDimensions).filter((each) => each.dateRange).map((each) => each.dimension);
  const filters = [...leaves(query.filters)].map((filter) => filter.member || filter.dimension);
  const others = [...listed(query.segments), ...ranges, ...filters].map((name) => memberOf(name, model));
  return [...grouped(query, model), ...others.filter((member) => member && member.kind !== 'measure')];
}

function parsePeriod(code, member) {
  const match = CODE.exec(code);
  if (!match || match[1] === '0000') {
    throw new Refused('UNKNOWN_PERIOD', member, `'${code}' is no reporting period: write 2025-M03, 2025-T1, 2025-S1, 2025-P03 or 2025-A`);
  }
  const [month, quarter, half, progressive] = match.slice(2, 6).map(Number);
  const first = month || (quarter && quarter * 3 - 2) || (half && half * 6 - 5) || 1;
  const last = month || (quarter && quarter * 3) || (half && half * 6) || progressive || 12;
  const day = new Date(Date.UTC(Number(match[1]), last, 0)).getUTCDate();
  const two = (number) => String(number).padStart(2, '0');
  return { code, first: `${match[1]}-${two(first)}-01`, last: `${match[1]}-${two(last)}-${two(day)}` };
}

function isInForce(rules, period) {
  return (!rules.valido_dal || rules.valido_dal <= period.first) && (!rules.valido_al || period.last <= rules.valido_al);
}

function checkRequired(asked, name, query, context) {
  const required = shownAs(asked.cube, name, context.view);
  if (grouped(query, context.model).some((member) => member.shown === required.shown)) {
    return;
  }
  if ((context.pinned.get(required.shown) || new Set()).size !== 1) {
    throw new Refused('REQUIRED_MEMBER', required.shown, `${asked.shown} is a value of one ${name}: group by ${required.shown}`
      + ' or filter it to one value');
  }
}

// The definitions that answer: those in force in the pinned periods (all of a family when none is pinned).
function definitionsOf(asked, context) {
  const cube = context.model.cubes.get(asked.cube);
  const family = (asked.rules.famiglia || [asked.name]).map((name) => cube.members.get(name));
  const period = listed(asked.rules.richiede).includes(PERIOD) ? shownAs(asked.cube, PERIOD, context.view) : undefined;
  const codes = period ? [...(context.pinned.get(period.shown) || [])].sort() : [];
  if (codes.length === 0) {
    return family;
  }
  return codes.map((code) => parsePeriod(code, period.shown)).flatMap((each) => {
    const inForce = family.filter((one) => isInForce(one.meta, each));
    if (inForce.length === 0) {
      const { valido_dal: since, valido_al: until } = asked.rules;
      const validity = [since && `from ${since}`, until && `to ${until}`].filter(Boolean).join(' ');
      throw new Refused('OUT_OF_VALIDITY', asked.shown, `${asked.shown} is defined ${validity}: it has no value in ${each.code}`);
    }
    return inForce;
  });
}

function checkLevel(asked, definition, context) {
  const allowed = definition.meta.livelli;
  if (!allowed) {
    return;
  }
  const rows = [...context.view.members.values()].find(
    (member) => member.cube === definition.cube && member.meta.livello_della_riga,
  );
  if (rows) {
    const wrong = [...(context.pinned.get(rows.shown) || [])].filter((level) => !allowed.includes(level));
    if (wrong.length > 0) {
      throw new Refused('LEVEL_NOT_ALLOWED', rows.shown, `${asked.shown} is published at ${allowed.join(', ')} only`);
    }
    return;
  }
  if (!allowed.includes(context.level)) {
    throw new Refused('LEVEL_NOT_ALLOWED', asked.shown, `${asked.shown} is not published at level ${context.level}:`
      + ` only at ${allowed.join(', ')}`);
  }
}

function checkCuts(asked, definition, query, context) {
  const allowed = definition.meta.tagli;
  for (const member of allowed ? cutting(query, context.model) : []) {
    if (member.meta.taglio && !allowed.includes(member.meta.taglio)) {
      throw new Refused('CUT_NOT_ALLOWED', member.shown, `${asked.shown} cannot be cut by ${member.meta.taglio}: leave out ${member.shown}`);
    }
  }
}

function checkUngrouped(asked) {
  const { livelli, richiede, famiglia } = asked.rules;
  if (asked.type === 'number' && (livelli || listed(richiede).length > 0 || famiglia)) {
    throw new Refused('UNGROUPED_NOT_ALLOWED', asked.shown, `${asked.shown} is computed from sums over many rows`);
  }
  if (livelli && !livelli.includes(LEVELS[LEVELS.length - 1])) {
    throw new Refused('UNGROUPED_NOT_ALLOWED', asked.shown, `${asked.shown} is published at ${livelli.join(', ')} only`);
  }
}

function checkOrder(query) {
  const order = Array.isArray(query.order) ? query.order : Object.entries(query.order || {});
  const times = listed(query.timeDimensions).filter((each) => each.granularity);
  const known = new Set([
    ...listed(query.measures),
    ...listed(query.dimensions),
    ...listed(query.dimensions).map(bare),
    ...times.flatMap((each) => [each.dimension, `${each.dimension}.${each.granularity}`]),
  ]);
  for (const item of order) {
    const name = Array.isArray(item) ? item[0] : item.id;
    if (!known.has(name)) {
      throw new Refused('UNKNOWN_ORDER', name, `Order by '${name}', which the query does not select`);
    }
  }
}

// Throws Refused for a query that the embedded server refuses.
//
//   query   as the client wrote it
//   model   of readModel()
//   level   the finest structure level that the token's own structures are of; 'nazionale' when it may see all
function check(query, model, level = LEVELS[0]) {
  checkOrder(query);
  const filtered = [...leaves(query.filters)].map((filter) => filter.member || filter.dimension);
  const asked = [...new Set([...listed(query.measures), ...filtered])]
    .map((name) => memberOf(name, model))
    .filter((member) => member && member.kind === 'measure');
  const levels = [level, ...cutting(query, model).map((member) => member.meta.livello)];
  const finest = Math.max(...levels.map((each) => LEVELS.indexOf(each)));
  const pinned = pinnedValues(query, model);
  for (const member of asked) {
    const view = model.views.get(member.shown.split('.')[0]);
    const context = { model, view, pinned, level: LEVELS[finest] };
    if (query.ungrouped) {
      checkUngrouped(member);
    }
    for (const name of listed(member.rules.richiede)) {
      checkRequired(member, name, query, context);
    }
    for (const definition of definitionsOf(member, context)) {
      checkLevel(member, definition, context);
      checkCuts(member, definition, query, context);
    }
  }
}

module.exports = { LEVELS, Refused, check };
