/**
 * LSTM and GRU layers in plain float64 loops, forward and back-propagation through time, for tests to compare with.
 *
 * Written from the equations and for reading; knows nothing of the kernels' layouts.
 */

export interface Shape {
  readonly batch: number
  readonly steps: number
  readonly features: number
  readonly units: number
}

export interface Lstm {
  readonly shape: Shape
  readonly input: Float64Array // [batch, steps, features]
  readonly initialHidden: Float64Array // [batch, units]
  readonly initialCell: Float64Array // [batch, units]
  readonly kernel: Float64Array // [features + units, 4 * units]
  readonly bias: Float64Array // [4 * units]
}

export interface Gru {
  readonly shape: Shape
  readonly input: Float64Array // [batch, steps, features]
  readonly initialHidden: Float64Array // [batch, units]
  readonly kernel: Float64Array // [features, 3 * units]
  readonly recurrentKernel: Float64Array // [units, 3 * units]
  readonly bias: Float64Array // [3 * units]
  readonly recurrentBias: Float64Array // [3 * units]
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** sums += row · matrix, whose rows start at `firstRow`. */
function addProduct(sums: Float64Array, row: Float64Array, matrix: Float64Array, firstRow: number): void {
  const columns = sums.length
  for (let k = 0; k < row.length; k++) {
    const from = (firstRow + k) * columns
    for (let column = 0; column < columns; column++) sums[column] += row[k] * matrix[from + column]
  }
}

/** The way back: rowGradient += gradient · matrixᵀ and matrixGradient += rowᵀ · gradient. */
function addGradients(
  gradient: Float64Array,
  row: { value: Float64Array; gradient: Float64Array },
  matrix: { value: Float64Array; gradient: Float64Array; firstRow: number }
): void {
  const columns = gradient.length
  for (let k = 0; k < row.value.length; k++) {
    const from = (matrix.firstRow + k) * columns
    let sum = 0
    for (let column = 0; column < columns; column++) {
      sum += gradient[column] * matrix.value[from + column]
      matrix.gradient[from + column] += row.value[k] * gradient[column]
    }
    row.gradient[k] += sum
  }
}

/** Output, final state and, for the gradient of the output given, every gradient of an LSTM layer. */
export function referenceLstm(lstm: Lstm, outputGradient: Float64Array) {
  const { batch, steps, features, units } = lstm.shape
  const output = new Float64Array(batch * steps * units)
  const finalHidden = new Float64Array(batch * units)
  const finalCell = new Float64Array(batch * units)
  const gradients = {
    input: new Float64Array(lstm.input.length),
    kernel: new Float64Array(lstm.kernel.length),
    bias: new Float64Array(4 * units)
  }
  for (let b = 0; b < batch; b++) {
    const state = (values: Float64Array) => values.slice(b * units, (b + 1) * units)
    const kept: { gates: Float64Array; before: Float64Array; cell: Float64Array; hidden: Float64Array }[] = []
    let hidden = state(lstm.initialHidden)
    let cell = state(lstm.initialCell)
    for (let t = 0; t < steps; t++) {
      const x = lstm.input.subarray((b * steps + t) * features, (b * steps + t + 1) * features)
      const gates = lstm.bias.slice()
      addProduct(gates, x, lstm.kernel, 0)
      addProduct(gates, hidden, lstm.kernel, features)
      const next = { hidden: new Float64Array(units), cell: new Float64Array(units) }
      for (let u = 0; u < units; u++) {
        for (const gate of [0, 1, 3]) gates[gate * units + u] = sigmoid(gates[gate * units + u])
        gates[2 * units + u] = Math.tanh(gates[2 * units + u])
        next.cell[u] = gates[units + u] * cell[u] + gates[u] * gates[2 * units + u]
        next.hidden[u] = gates[3 * units + u] * Math.tanh(next.cell[u])
        output[(b * steps + t) * units + u] = next.hidden[u]
      }
      kept.push({ gates, before: cell, cell: next.cell, hidden })
      ;({ hidden, cell } = next)
    }
    finalHidden.set(hidden, b * units)
    finalCell.set(cell, b * units)

    let dHidden = new Float64Array(units)
    const dCell = new Float64Array(units)
    for (let t = steps - 1; t >= 0; t--) {
      const { gates, before, cell: after, hidden: hiddenBefore } = kept[t]
      const dGates = new Float64Array(4 * units)
      for (let u = 0; u < units; u++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[gate * units + u])
        const squashed = Math.tanh(after[u])
        const dh = dHidden[u] + outputGradient[(b * steps + t) * units + u]
        const dc = dCell[u] + dh * o * (1 - squashed * squashed)
        dGates[u] = dc * g * i * (1 - i)
        dGates[units + u] = dc * before[u] * f * (1 - f)
        dGates[2 * units + u] = dc * i * (1 - g * g)
        dGates[3 * units + u] = dh * squashed * o * (1 - o)
        dCell[u] = dc * f
      }
      dGates.forEach((value, column) => (gradients.bias[column] += value))
      const at = (b * steps + t) * features
      const x = { value: lstm.input.subarray(at, at + features), gradient: gradients.input.subarray(at, at + features) }
      dHidden = new Float64Array(units)
      const matrix = { value: lstm.kernel, gradient: gradients.kernel }
      addGradients(dGates, x, { ...matrix, firstRow: 0 })
      addGradients(dGates, { value: hiddenBefore, gradient: dHidden }, { ...matrix, firstRow: features })
    }
  }
  return { output, finalHidden, finalCell, gradients }
}

/** The same for a GRU layer. */
export function referenceGru(gru: Gru, outputGradient: Float64Array) {
  const { batch, steps, features, units } = gru.shape
  const output = new Float64Array(batch * steps * units)
  const finalHidden = new Float64Array(batch * units)
  const gradients = {
    input: new Float64Array(gru.input.length),
    kernel: new Float64Array(gru.kernel.length),
    recurrentKernel: new Float64Array(gru.recurrentKernel.length),
    bias: new Float64Array(3 * units),
    recurrentBias: new Float64Array(3 * units)
  }
  for (let b = 0; b < batch; b++) {
    const kept: { gates: Float64Array; recurrent: Float64Array; hidden: Float64Array }[] = []
    let hidden = gru.initialHidden.slice(b * units, (b + 1) * units)
    for (let t = 0; t < steps; t++) {
      const gates = gru.bias.slice()
      const recurrent = gru.recurrentBias.slice()
      addProduct(gates, gru.input.subarray((b * steps + t) * features, (b * steps + t + 1) * features), gru.kernel, 0)
      addProduct(recurrent, hidden, gru.recurrentKernel, 0)
      const next = new Float64Array(units)
      for (let u = 0; u < units; u++) {
        const reset = (gates[u] = sigmoid(gates[u] + recurrent[u]))
        const update = (gates[units + u] = sigmoid(gates[units + u] + recurrent[units + u]))
        const fresh = (gates[2 * units + u] = Math.tanh(gates[2 * units + u] + reset * recurrent[2 * units + u]))
        next[u] = (1 - update) * fresh + update * hidden[u]
        output[(b * steps + t) * units + u] = next[u]
      }
      kept.push({ gates, recurrent, hidden })
      hidden = next
    }
    finalHidden.set(hidden, b * units)

    let dHidden = new Float64Array(units)
    for (let t = steps - 1; t >= 0; t--) {
      const { gates, recurrent, hidden: before } = kept[t]
      const dGates = new Float64Array(3 * units)
      const dRecurrent = new Float64Array(3 * units)
      const dBefore = new Float64Array(units)
      for (let u = 0; u < units; u++) {
        const [reset, update, fresh] = [0, 1, 2].map((gate) => gates[gate * units + u])
        const dh = dHidden[u] + outputGradient[(b * steps + t) * units + u]
        const dFresh = dh * (1 - update) * (1 - fresh * fresh)
        dGates[u] = dRecurrent[u] = dFresh * recurrent[2 * units + u] * reset * (1 - reset)
        dGates[units + u] = dRecurrent[units + u] = dh * (before[u] - fresh) * update * (1 - update)
        dGates[2 * units + u] = dFresh
        dRecurrent[2 * units + u] = dFresh * reset
        dBefore[u] = dh * update
      }
      dGates.forEach((value, column) => (gradients.bias[column] += value))
      dRecurrent.forEach((value, column) => (gradients.recurrentBias[column] += value))
      const at = (b * steps + t) * features
      const x = { value: gru.input.subarray(at, at + features), gradient: gradients.input.subarray(at, at + features) }
      addGradients(dGates, x, { value: gru.kernel, gradient: gradients.kernel, firstRow: 0 })
      const recurrentMatrix = { value: gru.recurrentKernel, gradient: gradients.recurrentKernel, firstRow: 0 }
      addGradients(dRecurrent, { value: before, gradient: dBefore }, recurrentMatrix)
      dHidden = dBefore
    }
  }
  return { output, finalHidden, gradients }
}
