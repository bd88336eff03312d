/**
 * Protocol buffers, written: the wire format of ONNX models and of TensorBoard's events. Knows nothing of either.
 *
 * Format: https://protobuf.dev/programming-guides/encoding. Fields stand in the order in which they are written.
 */

/** Wire types. */
const varintType = 0
const fixed64Type = 1
const lengthType = 2
const fixed32Type = 5

export class ProtobufWriter {
  readonly #pieces: Uint8Array[] = []
  #length = 0

  /** An int32, int64, uint64, enum or bool that is not below zero. */
  integer(field: number, value: number | bigint): this {
    return this.#key(field, varintType).#push(varint(BigInt(value)))
  }

  float(field: number, value: number): this {
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.#key(field, fixed32Type).#push(bytes)
  }

  double(field: number, value: number): this {
    const bytes = new Uint8Array(8)
    new DataView(bytes.buffer).setFloat64(0, value, true)
    return this.#key(field, fixed64Type).#push(bytes)
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#key(field, lengthType)
      .#push(varint(BigInt(value.length)))
      .#push(value)
  }

  message(field: number, write: (message: ProtobufWriter) => void): this {
    const inner = new ProtobufWriter()
    write(inner)
    return this.bytes(field, inner.finish())
  }

  /** The message so far, in one piece. */
  finish(): Uint8Array {
    const whole = new Uint8Array(this.#length)
    let at = 0
    for (const piece of this.#pieces) {
      whole.set(piece, at)
      at += piece.length
    }
    return whole
  }

  #key(field: number, type: number): this {
    return this.#push(varint(BigInt(field * 8 + type)))
  }

  #push(piece: Uint8Array): this {
    this.#pieces.push(piece)
    this.#length += piece.length
    return this
  }
}

/** Seven bits a byte, the lowest first, the eighth bit set on all but the last. */
function varint(value: bigint): Uint8Array {
  if (value < 0n) throw new RangeError(`Expected a number that is not below zero. Received: ${value}.`)
  const bytes: number[] = []
  for (; value > 127n; value >>= 7n) bytes.push(Number(value & 127n) | 128)
  bytes.push(Number(value))
  return Uint8Array.from(bytes)
}
