/** A display without a screen, for windows on machines that have none. */
import { spawn } from 'node:child_process'

/** The environment for a program with a window, and how to end its display; nothing is started where there is one. */
export async function withDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY) return { env: process.env, end: () => {} }
  const { name, server } = await startDisplay()
  return { env: { ...process.env, DISPLAY: name }, end: () => server.kill() }
}

/** Xvfb chooses a free number itself and writes it to the descriptor that it is given. */
function startDisplay() {
  return new Promise((resolve, reject) => {
    const args = ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp']
    const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
    server.on('error', (error) => reject(new Error(`Xvfb could not be started (${error.message}); run npm run setup`)))
    server.on('exit', (code) => reject(new Error(`Xvfb ended with code ${code} before it was ready`)))
    server.stdio[3].once('data', (digits) => resolve({ name: `:${String(digits).trim()}`, server }))
  })
}
