/** Units as type names, and every conversion between them. */

export type Hertz = number
export type Seconds = number
export type Samples = number
export type Decibels = number
export type Radians = number

export function samplesToSeconds(count: Samples, sampleRate: Hertz): Seconds {
  return count / sampleRate
}

/** The nearest whole number of samples. */
export function secondsToSamples(duration: Seconds, sampleRate: Hertz): Samples {
  return Math.round(duration * sampleRate)
}

/** 20 log10 of an amplitude ratio; zero gives -Infinity. */
export function amplitudeToDecibels(ratio: number): Decibels {
  return 20 * Math.log10(ratio)
}

export function decibelsToAmplitude(level: Decibels): number {
  return 10 ** (level / 20)
}

/** 10 log10 of a power ratio; zero gives -Infinity. */
export function powerToDecibels(ratio: number): Decibels {
  return 10 * Math.log10(ratio)
}

export function radiansToDegrees(angle: Radians): number {
  return (angle * 180) / Math.PI
}

export function degreesToRadians(angle: number): Radians {
  return (angle * Math.PI) / 180
}
