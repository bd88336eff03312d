/** The types of the engine; the run-time importers of tfjs-node are tensorflow.ts and raw-ops.ts beside this file. */
import type * as tfjs from '@tensorflow/tfjs-node'

/** tfjs with the native backend. Handed to every function that computes; nobody else imports it at run time. */
export type TensorFlow = typeof tfjs
export type Tensor = tfjs.Tensor
export type Scalar = tfjs.Scalar
export type Tensor1D = tfjs.Tensor1D
export type Tensor2D = tfjs.Tensor2D
export type Tensor3D = tfjs.Tensor3D
export type Variable = tfjs.Variable
