/**
 * electron-updater, loaded only where it is used. A module of our own, so that the bundler makes it a file that is loaded
 * by `require`: Electron below 28 finds no package in an archive that is named to `import()`.
 */
export { autoUpdater } from 'electron-updater'
