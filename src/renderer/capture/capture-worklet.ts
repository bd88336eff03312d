/**
 * Runs on the sound thread: gathers what the device hears into blocks and hands them to the page. Knows nothing of the
 * page, the laboratory or devices.
 */

/** About 23 pictures a second at 48 kHz. */
const blockLength = 2048

interface WorkletProcessor {
  readonly port: MessagePort
}
declare const AudioWorkletProcessor: { new (): WorkletProcessor }
declare function registerProcessor(name: string, processor: new () => WorkletProcessor): void

class CaptureProcessor extends AudioWorkletProcessor {
  #channels: Float32Array[] = []
  #filled = 0

  /** Called for every 128 samples or so; true to be called again. */
  process([input]: Float32Array[][]): boolean {
    if (input.length === 0) return true
    for (let from = 0; from < input[0].length;) {
      if (this.#filled === 0) this.#channels = input.map(() => new Float32Array(blockLength))
      const count = Math.min(input[0].length - from, blockLength - this.#filled)
      // A device that changes its number of channels in between fills what is there.
      this.#channels.forEach((channel, index) =>
        channel.set(input[Math.min(index, input.length - 1)].subarray(from, from + count), this.#filled)
      )
      this.#filled += count
      from += count
      if (this.#filled < blockLength) continue
      this.port.postMessage(this.#channels)
      this.#filled = 0
    }
    return true
  }
}

registerProcessor('capture', CaptureProcessor)
