// What a token grants, for Cube: the same groups and lists that the embedded server makes of its claims
// (semantic/access/claims.py), in the words of the model's access policies. In cube.js:
//
//   const access = require('./access');
//   module.exports = { contextToGroups: access.groups, extendContext: access.extend };
//
// A missing claim grants nothing, a malformed one refuses the token. A list that is empty holds one value that no
// structure has: Cube would drop a condition without values. Comparisons beyond one's structures are the embedded
// server's; here only the lines of reported values for the nation and for nodes as coarse as one's own are shown.

'use strict';

const LISTS = { direzione: 'direzioni', sede: 'sedi', agenzia: 'agenzie' };
const LEVELS = ['nazionale', ...Object.keys(LISTS)];
const COMPARISONS = ['nazionale', 'livello'];
const NOBODY = '-';
const NO_VALUES = new Set(['undefined', 'null', 'none', 'nan', 'false', 'true']);

class Refused extends Error {}

function isText(value, pattern) {
  return typeof value === 'string' && pattern.test(value) && !NO_VALUES.has(value.toLowerCase());
}

function words(claims, name) {
  const written = claims[name];
  if (written === '*') {
    return null;
  }
  if (written === undefined) {
    return [];
  }
  if (!Array.isArray(written) || !written.every((word) => isText(word, /^[a-z]{1,40}$/))) {
    throw new Refused(`The token's claim '${name}' cannot be read`);
  }
  return written;
}

function nodesOf(claims) {
  const written = claims.structures;
  if (written === '*') {
    return null;
  }
  if (written === undefined || written === null || typeof written !== 'object' || Array.isArray(written)) {
    throw new Refused('The token grants no structures');
  }
  for (const [level, codes] of Object.entries(written)) {
    // eslint-disable-next-line no-control-regex
    if (!(level in LISTS) || !Array.isArray(codes) || !codes.every((code) => isText(code, /^[^\s\x00-\x1f*]{1,100}$/))) {
      throw new Refused("The token's claim 'structures' cannot be read");
    }
  }
  if (!Object.values(written).some((codes) => codes.length > 0)) {
    throw new Refused('The token grants no structures');
  }
  return written;
}

// Returns {groups, lists} of a token's claims.
function scopeOf(claims) {
  const nodes = nodesOf(claims || {});
  const domains = words(claims, 'domains');
  const comparisons = words(claims, 'comparisons') || COMPARISONS;
  if (!comparisons.every((one) => COMPARISONS.includes(one))) {
    throw new Refused("The token's claim 'comparisons' cannot be read");
  }
  const reach = nodes === null ? 'nazionale' : 'locale';
  // Cube withholds no cell of few people: who may not see those sees no staff data at all.
  const known = new Set(domains || []);
  if (!known.delete('persone')) {
    known.delete('personale');
  }
  const granted = domains === null ? ['tutti'] : [...known].sort();
  const lists = {};
  for (const [level, list] of Object.entries(LISTS)) {
    lists[list] = ((nodes || {})[level] || []).length > 0 ? nodes[level] : [NOBODY];
  }
  const finest = Math.max(...LEVELS.map((level, at) => (((nodes || {})[level] || []).length > 0 ? at : 0)));
  const shown = comparisons.includes('livello') && nodes ? LEVELS.slice(0, finest + 1) : [];
  lists.livelli = shown.length > 0 ? shown : [comparisons.includes('nazionale') ? 'nazionale' : NOBODY];
  return { groups: [[reach, ...granted].join('_')], lists };
}

function groups({ securityContext }) {
  return scopeOf(securityContext).groups;
}

function extend({ securityContext }) {
  return { securityContext: { ...securityContext, ...scopeOf(securityContext).lists } };
}

module.exports = { scopeOf, groups, extend };
