// The published file, attached read-only: no other process is locked out of it, and Cube can write nothing.
//
//   <published>/current.json ─► {"file": "cruscotto-….duckdb", "version": …}
//
// A release writes a new file and moves the pointer. Every version has a driver, a queue and a cache of its own
// (`contextToOrchestratorId` in cube.js): a query under way ends on the file that it began with.

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const { DuckDBDriver } = require('@cubejs-backend/duckdb-driver');

// Returns {file, version} of what is published now; throws when nothing is.
function current(folder) {
  const { file, version } = JSON.parse(fs.readFileSync(path.join(folder, 'current.json'), 'utf8'));
  if (path.basename(file) !== file || !fs.existsSync(path.join(folder, file))) {
    throw new Error(`${folder}/current.json names ${file}, which is no file beside it`);
  }
  return { file: path.join(folder, file), version };
}

class PublishedFile extends DuckDBDriver {
  constructor(file) {
    super({});
    this.file = file;
  }

  async configureConnection(connection) {
    await connection.run('SET autoinstall_known_extensions = false');
    await connection.run('SET autoload_known_extensions = false');
    if (process.env.CUBEJS_DB_DUCKDB_MEMORY_LIMIT) {
      await connection.run(`SET memory_limit = '${process.env.CUBEJS_DB_DUCKDB_MEMORY_LIMIT.replaceAll("'", "''")}'`);
    }
    await connection.run("SET TimeZone = 'UTC'");
    await connection.run(`ATTACH '${this.file.replaceAll("'", "''")}' AS published (READ_ONLY)`);
    await connection.run('USE published');
    // From here on: no other file, no network, no other setting.
    await connection.run('SET enable_external_access = false');
    await connection.run('SET lock_configuration = true');
  }

  readOnly() {
    return true;
  }
}

module.exports = { PublishedFile, current };
