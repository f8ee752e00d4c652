// Compiles data models with Cube's own compiler, and says of each what Cube says.
//
//   node compile.cjs < models.json
//
// Reads a JSON list of models, each an object {file name: YAML text}; writes a JSON list, in the same order, of
// {"error": null | "…", "sql": null | "…"}: what the compiler refuses, and the SQL of the query under the file name
// "query.json", when there is one.

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

async function verdictOf(model) {
  const { 'query.json': query, ...texts } = model;
  const files = Object.entries(texts).map(([fileName, content]) => ({ fileName, content }));
  const repository = { localPath: () => '.', dataSchemaFiles: async () => files };
  try {
    const compilers = prepareCompiler(repository, { standalone: true });
    await compilers.compiler.compile();
    if (query === undefined) {
      return { error: null, sql: null };
    }
    const parts = { timezone: 'UTC', filters: [], timeDimensions: [], ...JSON.parse(query) };
    return { error: null, sql: new (DuckDBDriver.dialectClass())(compilers, parts).buildSqlAndParams()[0] };
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
