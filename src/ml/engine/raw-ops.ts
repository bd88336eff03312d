/** Call a TensorFlow operation by its name: what tfjs wraps for its own operations, opened for ours. */
import type { Tensor, TensorFlow } from './engine'

export interface Attribute {
  name: string
  type: number
  value: unknown
}

export interface RawOps {
  call(name: string, attributes: readonly Attribute[], inputs: readonly unknown[], outputCount: number): Tensor[]
  float(name: string, value: number): Attribute
  bool(name: string, value: boolean): Attribute
  text(name: string, value: string): Attribute
  /** A type attribute of float32. */
  type(name: string): Attribute
  /** A type attribute of int32. */
  intType(name: string): Attribute
  /** A 64-bit integer scalar, which tfjs itself has no type for. */
  int64(value: number): unknown
}

type AttributeType = 'TF_ATTR_FLOAT' | 'TF_ATTR_BOOL' | 'TF_ATTR_TYPE' | 'TF_ATTR_STRING'

interface Metadata {
  readonly dtype: number
}

/** TensorFlow's number of a type that tfjs does not know. */
const int8 = 6

interface NodeBackend {
  binding: Record<AttributeType | 'TF_FLOAT' | 'TF_INT32' | 'TF_BOOL', number> & {
    executeOp(name: string, attributes: readonly Attribute[], inputIds: number[], outputCount: number): Metadata[]
    deleteTensor(id: number): void
  }
  getInputTensorIds(inputs: readonly unknown[]): number[]
  createOutputTensor(metadata: unknown): Tensor
}

export function rawOps(tf: TensorFlow): RawOps {
  const backend = tf.backend() as unknown as NodeBackend
  const { binding } = backend
  // tfjs-node exports the class of its int64 scalars nowhere but in this file.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { Int64Scalar } = require('@tensorflow/tfjs-node/dist/int64_tensors') as {
    Int64Scalar: new (value: number) => object
  }
  return {
    call(name, attributes, inputs, outputCount) {
      const ids = backend.getInputTensorIds(inputs)
      const outputs = binding.executeOp(name, attributes, ids, outputCount)
      // The backend makes a native tensor for each int64 scalar and forgets it.
      inputs.forEach((input, index) => input instanceof Int64Scalar && binding.deleteTensor(ids[index]))
      // tfjs would refuse a tensor of bytes. Under the name of another one-byte type it can be handed on, not read.
      const named = (metadata: Metadata) =>
        metadata.dtype === int8 ? { ...metadata, dtype: binding.TF_BOOL } : metadata
      return outputs.map((metadata) => backend.createOutputTensor(named(metadata)))
    },
    float: (name, value) => ({ name, type: binding.TF_ATTR_FLOAT, value }),
    bool: (name, value) => ({ name, type: binding.TF_ATTR_BOOL, value }),
    text: (name, value) => ({ name, type: binding.TF_ATTR_STRING, value }),
    type: (name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }),
    intType: (name) => ({ name, type: binding.TF_ATTR_TYPE, value: binding.TF_INT32 }),
    int64: (value) => new Int64Scalar(value)
  }
}
