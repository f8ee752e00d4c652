// What the guards need of the data model: each view's members, and what their meta says of their use.
//
// The model is read from its YAML files, by the reader that Cube itself uses: it is stated once. It is the compiled one
// (`cruscotto model compile`): views list their members, without '*' or prefixes.

'use strict';

const fs = require('node:fs');
const path = require('node:path');

const yaml = require('js-yaml');

function filesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const found = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      return filesIn(found);
    }
    return /\.ya?ml$/.test(entry.name) ? [found] : [];
  });
}

function byName(items) {
  return new Map((items || []).map((item) => [item.name, item]));
}

function cubeOf(written) {
  const members = new Map();
  for (const [kind, key] of [['dimension', 'dimensions'], ['measure', 'measures'], ['segment', 'segments']]) {
    for (const [name, member] of byName(written[key])) {
      members.set(name, { cube: written.name, name, kind, type: member.type, meta: member.meta || {} });
    }
  }
  return { name: written.name, members, hierarchies: byName(written.hierarchies) };
}

function viewOf(written, cubes) {
  const members = new Map();
  for (const part of written.cubes) {
    const cube = cubes.get(part.join_path.split('.').pop());
    if (cube === undefined || part.prefix || !Array.isArray(part.includes)) {
      throw new Error(`view ${written.name}: ${part.join_path}: the guards read the compiled model only`);
    }
    for (const include of part.includes) {
      const source = typeof include === 'string' ? include : include.name;
      const target = cube.members.get(source);
      if (target === undefined && !cube.hierarchies.has(source)) {
        throw new Error(`view ${written.name}: ${source} is no member of ${cube.name}`);
      }
      if (target !== undefined) {
        const name = include.alias || source;
        members.set(name, { ...target, meta: include.meta || target.meta, rules: target.meta, shown: `${written.name}.${name}` });
      }
    }
  }
  return { name: written.name, members };
}

// Returns {cubes, views}, two maps by name.
function readModel(folder) {
  const documents = filesIn(folder).map((file) => yaml.load(fs.readFileSync(file, 'utf8')) || {});
  const cubes = new Map(documents.flatMap((each) => each.cubes || []).map((each) => [each.name, cubeOf(each)]));
  const views = documents.flatMap((each) => each.views || []).map((each) => [each.name, viewOf(each, cubes)]);
  return { cubes, views: new Map(views) };
}

module.exports = { readModel };
