// Says of queries what the guards of semantic/cube say.
//
//   NODE_PATH=node_modules node guards.cjs < asked.json
//
// Reads {"model": folder, "asked": [{"query": …, "level": …}, …]}; writes a JSON list, in the same order, of the codes of
// the refusals, null where a query passes.

'use strict';

const path = require('node:path');

const configuration = path.resolve(__dirname, '../../../semantic/cube');
const { Refused, check } = require(path.join(configuration, 'guards'));
const { readModel } = require(path.join(configuration, 'model'));

function verdictOf(query, model, level) {
  try {
    check(query, model, level);
    return null;
  } catch (error) {
    if (error instanceof Refused) {
      return { code: error.code, member: error.member };
    }
    throw error;
  }
}

async function main() {
  const chunks = [];
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
  }
  const { model: folder, asked } = JSON.parse(Buffer.concat(chunks).toString());
  const model = readModel(folder);
  process.stdout.write(JSON.stringify(asked.map(({ query, level }) => verdictOf(query, model, level))));
}

main();
