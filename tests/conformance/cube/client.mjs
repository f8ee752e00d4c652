// Asks a server through Cube's own JavaScript client, unmodified, and says what the client made of the answers.
//
//   node client.mjs URL < steps.json
//
// Reads a JSON list of steps {"call": …, "query": …, "options": …, "format": …, "pivots": {name: pivotConfig}} and
// writes a JSON list, in the same order, of what came of each: {"result": …} or {"refused": {message, status, response}}.
// The token is CUBEJS_TOKEN. `abortAfter` (milliseconds) in a step hangs up in the middle.

import cube, { HttpTransport } from '@cubejs-client/core';

const [url] = process.argv.slice(2);
const token = process.env.CUBEJS_TOKEN;

function laidOut(resultSet, pivots = {}) {
  const layouts = { given: undefined, ...pivots };
  return Object.fromEntries(
    Object.entries(layouts).map(([name, config]) => [
      name,
      {
        table: resultSet.tablePivot(config),
        columns: resultSet.tableColumns(config),
        chart: resultSet.chartPivot(config),
        series: resultSet.series(config),
        seriesNames: resultSet.seriesNames(config),
        categories: resultSet.categories(config),
        pivot: resultSet.pivot(config),
      },
    ])
  );
}

const CALLS = {
  async load(api, step, options) {
    let waits = 0;
    const counting = { ...options, progressCallback: () => { waits += 1; } };
    const resultSet = await api.load(step.query, counting, undefined, step.format);
    const parts = resultSet.decompose();
    return {
      waits,
      queryType: resultSet.queryType,
      pivotQuery: resultSet.pivotQuery(),
      layouts: laidOut(resultSet, step.pivots),
      raw: parts.map((part) => part.rawData()),
      annotations: parts.map((part) => part.annotation()),
      totals: parts.map((part) => part.totalRows()),
    };
  },
  async subscribe(api, step, options) {
    return new Promise((resolve, reject) => {
      const subscription = api.subscribe(step.query, options, (error, resultSet) => {
        subscription.unsubscribe();
        if (error) {
          reject(error);
        } else {
          resolve(resultSet.rawData());
        }
      }, step.format);
    });
  },
  async sql(api, step, options) {
    const answer = await api.sql(step.query, options);
    return [answer].flat().map((each) => ({ sql: each.sql(), keys: Object.keys(each.rawQuery()).sort() }));
  },
  async meta(api, step, options) {
    const meta = await api.meta(options);
    const [cubeName] = step.member.split('.');
    return {
      cubes: meta.cubes.map(({ name, type }) => ({ name, type })),
      measures: meta.membersForQuery({}, 'measures').map((each) => each.name),
      time: meta.defaultTimeDimensionNameFor(step.member),
      member: meta.resolveMember(step.member, ['measures', 'dimensions', 'segments']),
      unknown: meta.resolveMember(`${cubeName}.nothing`, 'measures'),
      operators: meta.filterOperatorsForMember(step.member, ['measures', 'dimensions']),
    };
  },
  async dryRun(api, step, options) {
    return api.dryRun(step.query, options);
  },
};

async function outcomeOf(step) {
  const transport = new HttpTransport({ authorization: token, apiUrl: url, method: step.method });
  const api = cube(token, { apiUrl: url, transport });
  const options = { ...step.options };
  if (step.abortAfter !== undefined) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), step.abortAfter);
    options.signal = controller.signal;
  }
  try {
    return { result: await CALLS[step.call](api, step, options) };
  } catch (error) {
    return { refused: { message: error.message, status: error.status, response: error.response } };
  }
}

const chunks = [];
for await (const chunk of process.stdin) {
  chunks.push(chunk);
}
const outcomes = [];
for (const step of JSON.parse(Buffer.concat(chunks).toString())) {
  outcomes.push(await outcomeOf(step));
}
process.stdout.write(JSON.stringify(outcomes), () => process.exit(0));
