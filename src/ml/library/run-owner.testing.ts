/** A program that takes all of the runs named, at the moment named, and prints those that it has got. */
import { setTimeout as delay } from 'node:timers/promises'
import { RunOwner, RunTaken } from './run-owner'

async function main([moment, ...folders]: string[]): Promise<void> {
  await delay(Math.max(0, Number(moment) - Date.now()))
  const taken = await Promise.all(
    folders.map(async (folder) => {
      try {
        await new RunOwner(folder).claim()
        return [folder]
      } catch (error) {
        if (!(error instanceof RunTaken)) throw error
        return []
      }
    })
  )
  process.stdout.write(`${JSON.stringify(taken.flat())}\n`)
  // Has them until it is told to end.
  process.stdin.resume()
}

void main(process.argv.slice(2))
