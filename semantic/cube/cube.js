// Cube in production, over the published file and the compiled model: docs/cube.md says when, and how.
//
//   CRUSCOTTO_PUBLISHED   folder with current.json and the file that it names
//   CRUSCOTTO_MODEL       folder of the compiled model
//   CUBEJS_DB_TYPE        duckdb
//   CUBEJS_API_SECRET     secret of the tokens (HS256), or CUBEJS_JWK_URL: the keys of the identity provider
//
// What a token grants is in its claims, and applied by the model's access policies; what would be a wrong number is refused
// before it is computed. Both as in the embedded server.

'use strict';

const path = require('node:path');

const { CubejsHandlerError } = require('@cubejs-backend/api-gateway');

const access = require('./access');
const { LEVELS, Refused, check } = require('./guards');
const { readModel } = require('./model');
const { PublishedFile, current } = require('./published');

const published = path.resolve(process.env.CRUSCOTTO_PUBLISHED || '/cube/published');
const folder = path.resolve(process.env.CRUSCOTTO_MODEL || '/cube/conf/model');
const model = readModel(folder);

// What the client wrote, before the conditions of its access policies are added to the query: those are on structures, and
// the guards must not take them for a question about structures.
function written(req) {
  const given = req.method === 'POST' ? (req.body || {}).query : req.query.query;
  const query = typeof given === 'string' ? JSON.parse(given) : given;
  return Array.isArray(query) ? query : [query].filter(Boolean);
}

// The finest level that the token's own structures are of.
function levelOf({ structures }) {
  const granted = structures === '*' ? [] : Object.keys(structures).filter((level) => structures[level].length > 0);
  return LEVELS[Math.max(0, ...granted.map((level) => LEVELS.indexOf(level)))];
}

function refusal(error) {
  return error instanceof Refused ? new CubejsHandlerError(400, error.code, error.message) : error;
}

module.exports = {
  // Cube joins it to its working directory.
  schemaPath: path.relative(process.cwd(), folder),
  telemetry: false,
  scheduledRefreshTimer: false,

  driverFactory: () => new PublishedFile(current(published).file),
  contextToOrchestratorId: () => `cruscotto_${current(published).version}`,

  // Not 'graphql' and 'jobs': nobody here asks for them. 'sql' is /v1/sql, which shows a query's SQL.
  contextToApiScopes: () => ['meta', 'data', 'sql'],

  contextToGroups: access.groups,
  extendContext: (req) => {
    try {
      return { ...access.extend(req), asked: written(req) };
    } catch (error) {
      throw new CubejsHandlerError(error instanceof SyntaxError ? 400 : 403, 'Refused', error.message);
    }
  },

  // Before anything of the query is looked at, its token must say what it grants: `extendContext` has seen to that.
  queryRewrite: async (query, { asked, securityContext }) => {
    if (!asked) {
      // Of another interface, where the query is not what the client wrote.
      throw new CubejsHandlerError(400, 'Refused', 'Queries are asked over HTTP only');
    }
    try {
      asked.forEach((each) => check(each, model, levelOf(securityContext)));
    } catch (error) {
      throw refusal(error);
    }
    return query;
  },
};
