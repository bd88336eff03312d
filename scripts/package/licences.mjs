/** The third-party licences as the app shows them: one JSON file beside it. */
import { components, licenceText } from './components.mjs'

/** @param {{ electronVersion: string, tensorflowVersion: string }} runtimes */
export function licences(runtimes) {
  const listed = components(runtimes).map((component) => {
    const { name, version, licence } = component
    return { name, version, licence, text: licenceText(component) }
  })
  return {
    note: 'Chromium, inside Electron, brings its own list: LICENSES.chromium.html in the folder of the program.',
    components: listed
  }
}
