import { cpus } from 'node:os'

/** How many threads TensorFlow and our kernels compute with, as they were told or as the processor has cores. */
export function threadCount(): number {
  return Number(process.env.TF_NUM_INTRAOP_THREADS ?? '') || cpus().length
}
