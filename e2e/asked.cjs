/**
 * Loaded before the program (`hook` of launch.ts): writes down what its own handlers answer to what the page asks for.
 * It changes no answer.
 */
'use strict'
const { app } = require('electron')

/** [what was asked, the answer] in order. */
const asked = (globalThis.asked = [])

app.on('session-created', (session) => {
  const setRequest = session.setPermissionRequestHandler.bind(session)
  session.setPermissionRequestHandler = (handler) =>
    setRequest((contents, permission, answer, details) => {
      const note = (given) => {
        asked.push([permission, given])
        answer(given)
      }
      handler(contents, permission, note, details)
    })
  const setCheck = session.setPermissionCheckHandler.bind(session)
  session.setPermissionCheckHandler = (handler) =>
    setCheck((contents, permission, ...more) => {
      const given = handler(contents, permission, ...more)
      asked.push([permission, given])
      return given
    })
})
