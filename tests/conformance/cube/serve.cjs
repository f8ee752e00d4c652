// Serves a Cube data model over a DuckDB file on loopback, with Cube's own packages and nothing else.
//
//   node serve.cjs MODEL_DIRECTORY DUCKDB_FILE
//   node serve.cjs --configuration CUBE_JS          (with a configuration of production: semantic/cube/cube.js)
//
// Prints one line of JSON, {"port": …}, when it is listening; ends when its standard input closes, or on SIGTERM.
// The secret of the tokens is CUBEJS_API_SECRET.
//
// Cube's native add-on (SQL interface, Jinja, final result in Rust) is fetched from outside the package registries and
// is not here. Four things lean on it; each is replaced by the least that `/v1/load`, `/sql`, `/meta` and `/dry-run`
// need. The planner, which is what the conformance tests are about, is Cube's own, in JavaScript.

'use strict';

const fs = require('node:fs/promises');
const path = require('node:path');
const http = require('node:http');

// Standard output carries the port alone.
console.log = console.error;

process.env.CUBEJS_TESSERACT_SQL_PLANNER = 'false';
process.env.CUBEJS_CACHE_AND_QUEUE_DRIVER = 'memory';
process.env.CUBEJS_TELEMETRY = 'false';
process.env.CUBEJS_SCHEDULED_REFRESH_DEFAULT = 'false';
process.env.CUBEJS_DB_TYPE = 'duckdb';
process.env.CUBEJS_DEV_MODE = 'false';
process.env.NODE_ENV = 'production';

const { ApiGateway } = require('@cubejs-backend/api-gateway');
const { getPivotQuery } = require('@cubejs-backend/api-gateway/dist/src/query');
const { DuckDBDriver } = require('@cubejs-backend/duckdb-driver');
const { NativeInstance, ResultMultiWrapper, ResultWrapper } = require('@cubejs-backend/native');
const { CubejsServerCore } = require('@cubejs-backend/server-core');
const express = require('express');

// What tokens grant is said once for Cube, where people who run it find it.
const access = require('../../../semantic/cube/access');

const configuration = process.argv[2] === '--configuration' ? path.resolve(process.argv[3]) : null;
const [modelDirectory, databaseFile] = process.argv.slice(2).map((given) => path.resolve(given));

// 1. The SQL interface (PostgreSQL protocol) is not started.
class GatewayWithoutSqlInterface extends ApiGateway {
  createSQLServerInstance() {
    return {};
  }
}

class Core extends CubejsServerCore {
  createApiGatewayInstance(...parts) {
    return new GatewayWithoutSqlInterface(...parts);
  }
}

// 2. The compiler makes a Jinja engine whether or not a file needs one. Ours must not.
NativeInstance.prototype.newJinjaEngine = () => ({
  loadTemplate() {},
  async renderTemplate(file) {
    throw new Error(`${file}: holds {{, }} or {% somewhere: the model must be plain YAML, without Jinja`);
  },
});

// 3. The final result: database column -> member, in the format asked for.
function timeOf(value) {
  return typeof value === 'string' ? value.replace(/Z$/, '') : value;
}

function membersOf(transform, rows) {
  const aliases = transform.aliasToMemberNameMap;
  if (rows.length === 0) {
    return [];
  }
  return Object.keys(rows[0]).map((alias) => {
    const member = aliases[alias];
    const about = transform.annotation[member];
    if (about === undefined) {
      throw new Error(`You requested hidden member: '${member}'. Please make it visible using \`public: true\`.`);
    }
    return { alias, member, read: about.type === 'time' ? timeOf : (value) => value };
  });
}

// A time dimension with a granularity also answers under its bare name, at the finest granularity asked.
const GRANULARITIES = ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'];

function withBareTimes(members, query) {
  const bare = new Map();
  for (const each of members) {
    const [cube, name, granularity] = each.member.split('.');
    const dimension = `${cube}.${name}`;
    if (granularity === undefined || (query.dimensions || []).includes(dimension)) {
      continue;
    }
    const level = GRANULARITIES.indexOf(granularity);
    if (!bare.has(dimension) || bare.get(dimension).level > level) {
      bare.set(dimension, { ...each, member: dimension, level });
    }
  }
  return [...members, ...bare.values()];
}

// A request for several queries says of each row which date range it is of, or gives its time under a common name.
function withPart(members, { query, queryType }) {
  const [time] = query.timeDimensions || [];
  if (members.length === 0) {
    return members;
  }
  if (queryType === 'compareDateRangeQuery') {
    return [...members, { alias: '', member: 'compareDateRange', read: () => time.dateRange.join(' - ') }];
  }
  if (queryType === 'blendingQuery') {
    const axis = members.find((each) => each.member === `${time.dimension}.${time.granularity}`);
    return [...members, { ...axis, member: `time.${time.granularity}` }];
  }
  return members;
}

function finalResult(wrapper) {
  const transform = wrapper.getTransformData()[0];
  const rows = Array.from(wrapper);
  const members = withPart(withBareTimes(membersOf(transform, rows), transform.query), transform);
  const names = members.map((each) => each.member);
  const table = () => rows.map((row) => members.map((each) => each.read(row[each.alias])));
  let data;
  if (transform.resType === 'compact') {
    data = { members: names, dataset: table() };
  } else if (transform.resType === 'columnar') {
    data = { members: names, columns: members.map((each) => rows.map((row) => each.read(row[each.alias]))) };
  } else {
    data = table().map((values) => Object.fromEntries(names.map((name, at) => [name, values[at]])));
  }
  return { ...wrapper.getRootResultObject()[0], data };
}

ResultWrapper.prototype.getFinalResult = async function getFinalResult() {
  return Buffer.from(JSON.stringify(finalResult(this)));
};

ResultMultiWrapper.prototype.getFinalResult = async function getFinalResult() {
  const results = this.results.map(finalResult);
  const { queryType } = this.rootResultObject;
  const pivotQuery = getPivotQuery(queryType, structuredClone(results.map((each) => each.query)));
  return Buffer.from(JSON.stringify({ ...this.rootResultObject, pivotQuery, results }));
};

// 4. The file is attached read-only, from a database in memory, so that no other process is locked out of it.
class ReadOnlyDuckDB extends DuckDBDriver {
  async configureConnection(connection) {
    await connection.run('SET autoinstall_known_extensions = false');
    await connection.run(`ATTACH '${databaseFile.replaceAll("'", "''")}' AS published (READ_ONLY)`);
    await connection.run('USE published');
  }
}

async function optionsOf() {
  if (configuration) {
    return require(configuration);
  }
  await Promise.all([fs.access(modelDirectory), fs.access(databaseFile)]);
  return {
    contextToGroups: access.groups,
    extendContext: access.extend,
    driverFactory: () => new ReadOnlyDuckDB(),
    schemaPath: path.relative(process.cwd(), modelDirectory), // Cube joins it to the working directory
    scheduledRefreshTimer: false,
    telemetry: false,
  };
}

async function main() {
  const core = new Core({
    ...(await optionsOf()),
    apiSecret: process.env.CUBEJS_API_SECRET,
    logger: (message, details) => {
      if (details.error) {
        process.stderr.write(`${message}: ${String(details.error).split('\n    at ')[0].trim()}\n`);
      }
    },
  });
  const app = express();
  await core.initApp(app);
  const server = http.createServer(app);
  const stop = () => process.exit(0);
  process.on('SIGTERM', stop);
  process.stdin.on('end', stop).resume();
  server.listen(0, '127.0.0.1', () => process.stdout.write(`${JSON.stringify({ port: server.address().port })}\n`));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
