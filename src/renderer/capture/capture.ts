/**
 * Sound from the microphone or the sound card by the browser's own means, as blocks of samples. The only file that
 * speaks to audio devices; knows nothing of signals.
 */
import workletUrl from './capture-worklet?worker&url'

export interface Capture {
  readonly sampleRate: number
  /** As the system calls the device. */
  readonly deviceName: string
  readonly channelCount: number
  stop(): Promise<void>
}

export interface CaptureListeners {
  onBlock(channels: Float32Array[]): void
  /** The device was unplugged or taken away. */
  onEnd(): void
}

/** Throws an Error with a sentence for people. Nothing is processed: no echo cancelling, no gain control. */
export async function startCapture({ onBlock, onEnd }: CaptureListeners): Promise<Capture> {
  const stream = await askForSound()
  const [track] = stream.getAudioTracks()
  const context = new AudioContext()
  const stop = async () => {
    for (const each of stream.getTracks()) each.stop()
    if (context.state !== 'closed') await context.close()
  }
  try {
    await context.audioWorklet.addModule(workletUrl)
    const channelCount = Math.min(2, track.getSettings().channelCount ?? 1)
    const node = new AudioWorkletNode(context, 'capture', {
      ...{ numberOfInputs: 1, numberOfOutputs: 0 },
      ...{ channelCount, channelCountMode: 'explicit', channelInterpretation: 'discrete' }
    })
    node.port.onmessage = ({ data }) => onBlock(data as Float32Array[])
    context.createMediaStreamSource(stream).connect(node)
    track.addEventListener('ended', onEnd)
    await context.resume()
    return { sampleRate: context.sampleRate, deviceName: track.label || 'Microphone', channelCount, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function askForSound(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 2 } }
    })
  } catch (error) {
    const { name, message } = error as DOMException
    switch (name) {
      case 'NotFoundError':
        throw new Error('There is no microphone or sound card; connect one and try again.', { cause: error })
      case 'NotAllowedError':
        throw new Error('The system does not allow the microphone; allow it in the system’s privacy settings.', {
          cause: error
        })
      case 'NotReadableError':
        throw new Error('Another program holds the microphone; close it and try again.', { cause: error })
      default:
        throw new Error(`The microphone could not be opened: ${message}`, { cause: error })
    }
  }
}
