// Compiles data models with Cube's own compiler, and says of each what Cube says.
//
//   node compile.cjs < models.json
//
// Reads a JSON list of models, each an object {file name: YAML text}; writes a JSON list, in the same order, of
// {"error": null | "…", "sql": null | "…"}: what the compiler refuses, and the SQL of the query under the file name
// "query.json", when there is one. With claims under "claims.json", also "access" and "rollups": what Cube makes of each
// cube's access policies for a token with these claims, and of its pre-aggregations.

'use strict';

process.env.CUBEJS_TESSERACT_SQL_PLANNER = 'false';
console.log = console.error;

const { DuckDBDriver } = require('@cubejs-backend/duckdb-driver');
const { NativeInstance } = require('@cubejs-backend/native');
const { prepareCompiler } = require('@cubejs-backend/schema-compiler');

NativeInstance.prototype.newJinjaEngine = () => ({
  loadTemplate() {},
  async renderTemplate(file) {
    throw new Error(`${file}: holds {{, }} or {% somewhere: Jinja is not available here`);
  },
});

function rowRule(evaluator, cube, context, filter) {
  for (const connective of ['and', 'or']) {
    if (filter[connective]) {
      return { [connective]: filter[connective].map((each) => rowRule(evaluator, cube, context, each)) };
    }
  }
  const values = filter.values && evaluator.evaluateContextFunction(cube, filter.values, context);
  return { member: filter.memberReference, operator: filter.operator, values: values || [] };
}

function accessOf(evaluator, claims) {
  const context = { securityContext: claims };
  const found = {};
  for (const name of evaluator.cubeNames()) {
    const cube = evaluator.cubeFromPath(name);
    const granted = (level) => level.includesMembers.filter((member) => !level.excludesMembers.includes(member));
    found[name] = (cube.accessPolicy || []).map((policy) => ({
      groups: policy.groups || [policy.group],
      conditions: (policy.conditions || []).map((each) => evaluator.evaluateContextFunction(cube, each.if, context)),
      members: policy.memberLevel ? granted(policy.memberLevel) : null,
      masked: policy.memberMasking ? granted(policy.memberMasking) : [],
      rows: ((policy.rowLevel || {}).filters || []).map((each) => rowRule(evaluator, cube, context, each)),
    }));
  }
  return found;
}

function rollupsOf(compilers) {
  const found = {};
  for (const { id, cube, preAggregationName, preAggregation } of compilers.cubeEvaluator.preAggregations()) {
    const query = new (DuckDBDriver.dialectClass())(compilers, { timezone: 'UTC', filters: [], timeDimensions: [] });
    const references = compilers.cubeEvaluator.evaluatePreAggregationReferences(cube, preAggregation);
    const described = compilers.compiler.withQuery(query, () =>
      query.preAggregations.preAggregationDescriptionFor(cube, {
        cube, preAggregationName, preAggregation, references, preAggregationId: id,
      }));
    found[id] = { table: described.tableName.split('.')[1], sql: described.sql[0] };
  }
  return found;
}

async function verdictOf(model) {
  const { 'query.json': query, 'claims.json': claims, ...texts } = model;
  const files = Object.entries(texts).map(([fileName, content]) => ({ fileName, content }));
  const repository = { localPath: () => '.', dataSchemaFiles: async () => files };
  try {
    const compilers = prepareCompiler(repository, { standalone: true });
    await compilers.compiler.compile();
    if (claims !== undefined) {
      const access = accessOf(compilers.cubeEvaluator, JSON.parse(claims));
      return { error: null, sql: null, access, rollups: rollupsOf(compilers) };
    }
    if (query === undefined) {
      return { error: null, sql: null };
    }
    const parts = { timezone: 'UTC', filters: [], timeDimensions: [], ...JSON.parse(query) };
    const built = new (DuckDBDriver.dialectClass())(compilers, parts);
    return { error: null, sql: compilers.compiler.withQuery(built, () => built.buildSqlAndParams()[0]) };
  } catch (error) {
    return { error: String(error.message), sql: null };
  }
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  const verdicts = [];
  for (const model of JSON.parse(Buffer.concat(chunks).toString())) {
    verdicts.push(await verdictOf(model));
  }
  process.stdout.write(JSON.stringify(verdicts), () => process.exit(0));
}

main();
