/**
 * What `electron [-r module] <folder> [arguments]` starts with when the runtime came without its own default app.
 * Playwright passes its loader with -r.
 */
'use strict'
const { app } = require('electron')
const Module = require('module')
const path = require('path')

const given = process.argv.slice(1)
const preload = []
let first = 0
while (first < given.length && given[first].startsWith('-')) {
  if (given[first] === '-r' || given[first] === '--require') preload.push(given[(first += 1)])
  first += 1
}
if (preload.length > 0) Module._preloadModules(preload)

const folder = given[first] && path.resolve(given[first])
if (!folder) {
  console.error('usage: electron [-r module] <app folder> [arguments]')
  process.exit(2)
}
// The app sees [electron, <folder>, ...arguments], as with the original.
process.argv.splice(1, process.argv.length - 1, folder, ...given.slice(first + 1))
const manifest = require(path.join(folder, 'package.json'))
app.setVersion(manifest.version)
app.setName(manifest.productName || manifest.name)
app.setAppPath(folder)
Module._load(folder, module, true)
