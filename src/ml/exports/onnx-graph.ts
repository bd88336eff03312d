/**
 * The parts of an ONNX graph that networks of this program need, and their bytes. Knows nothing of models.
 *
 * Field numbers are those of onnx.proto (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
import { ProtobufWriter } from './protobuf'
import { bytesOf } from './tensors'

/** A whole number, several of them, or a text. */
type AttributeValue = number | readonly number[] | string

export interface OnnxNode {
  readonly operator: string
  /** An empty name is an input that is left out. */
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes?: Readonly<Record<string, AttributeValue>>
}

export interface OnnxTensor {
  readonly name: string
  readonly shape: readonly number[]
  /** Float32, or whole numbers as int64. */
  readonly values: Float32Array | readonly number[]
}

/** A float32 input or output of the graph; a text is a length that is known when it runs. */
export interface OnnxPort {
  readonly name: string
  readonly shape: readonly (number | string)[]
}

export interface OnnxGraph {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  readonly constants: readonly OnnxTensor[]
  readonly inputs: readonly OnnxPort[]
  readonly outputs: readonly OnnxPort[]
}

export interface OnnxModelFacts {
  readonly producerVersion: string
  readonly description: string
  readonly metadata: Readonly<Record<string, string>>
}

/** The version of the operators; read by ONNX Runtime from 1.12 on. */
const operatorVersion = 17
const irVersion = 8
const dataType = { float32: 1, int64: 7 } as const
const attributeType = { int: 2, string: 3, ints: 7 } as const

export function encodeOnnx(graph: OnnxGraph, { producerVersion, description, metadata }: OnnxModelFacts): Uint8Array {
  const model = new ProtobufWriter()
    .integer(1, irVersion)
    .text(2, 'Signal Lab')
    .text(3, producerVersion)
    .text(6, description)
    .message(7, (message) => writeGraph(message, graph))
    .message(8, (operators) => operators.text(1, '').integer(2, operatorVersion))
  for (const [key, value] of Object.entries(metadata)) {
    model.message(14, (entry) => entry.text(1, key).text(2, value))
  }
  return model.finish()
}

function writeGraph(message: ProtobufWriter, { name, nodes, constants, inputs, outputs }: OnnxGraph): void {
  for (const node of nodes) message.message(1, (inner) => writeNode(inner, node))
  message.text(2, name)
  for (const tensor of constants) message.message(5, (inner) => writeTensor(inner, tensor))
  for (const port of inputs) message.message(11, (inner) => writePort(inner, port))
  for (const port of outputs) message.message(12, (inner) => writePort(inner, port))
}

function writeNode(message: ProtobufWriter, { operator, inputs, outputs, attributes = {} }: OnnxNode): void {
  for (const input of inputs) message.text(1, input)
  for (const output of outputs) message.text(2, output)
  message
    .text(
      3,
      outputs.find((output) => output !== '')!
    )
    .text(4, operator)
  for (const [name, value] of Object.entries(attributes)) {
    message.message(5, (attribute) => {
      attribute.text(1, name)
      if (typeof value === 'string') attribute.text(4, value).integer(20, attributeType.string)
      else if (typeof value === 'number') attribute.integer(3, value).integer(20, attributeType.int)
      else {
        for (const entry of value) attribute.integer(8, entry)
        attribute.integer(20, attributeType.ints)
      }
    })
  }
}

function writeTensor(message: ProtobufWriter, { name, shape, values }: OnnxTensor): void {
  for (const length of shape) message.integer(1, length)
  const isFloat = values instanceof Float32Array
  message.integer(2, isFloat ? dataType.float32 : dataType.int64).text(8, name)
  message.bytes(9, isFloat ? bytesOf(values) : int64Bytes(values))
}

function int64Bytes(values: readonly number[]): Uint8Array {
  return new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer)
}

function writePort(message: ProtobufWriter, { name, shape }: OnnxPort): void {
  message.text(1, name).message(2, (type) =>
    type.message(1, (tensor) =>
      tensor.integer(1, dataType.float32).message(2, (dimensions) => {
        for (const length of shape) {
          dimensions.message(1, (dimension) =>
            typeof length === 'number' ? dimension.integer(1, length) : dimension.text(2, length)
          )
        }
      })
    )
  )
}
