/**
 * The GRU layer, forward and backward, with PyTorch's meaning of the reset gate: it multiplies the recurrent part of the
 * new state, its bias included. Included only by kernels_isa.cc, inside its namespace.
 *
 * Gates are kept in the order new, reset, update, recurrent part of new. So the three that the input reaches stand
 * together, and so do the three that the state reaches.
 */

struct GruWeights {
  const float* bias;            // [3, padded]: new, then reset and update with both biases
  const float* recurrent_bias;  // [padded]: of the recurrent part of new
  Panels input_new;             // panels of the first kPanel units; the next units' are `next_input` further
  Panels input_gates;
  Panels recurrent;
  size_t next_input;
  size_t next_recurrent;
};

SIGNAL_LAB_INLINE Panels further(Panels panels, size_t floats) { return {panels.b + floats, panels.panel_stride, panels.step}; }

static void gru_norm_forward(const GruForward& f);
static void gru_norm_backward(const GruBackward& b);

/** h of `rows` rows from the sums of their gates, for kPanel units from `unit`. Sums are replaced by the gates' values. */
static void gru_activate(const GruForward& f, int padded, int first_row, int rows, int step, int unit, StepPanels gates,
                         const float* hidden, float* next_hidden) {
  const SequenceShape& s = f.shape;
  for (int r = 0; r < rows; ++r) {
    float* const z = gates.first + r * kPanel;
    Vector opened[2 * kVectors];
    for (int v = 0; v < kVectors; ++v) {
      opened[v] = load(z + gates.gate + v * kWidth);
      opened[kVectors + v] = load(z + 2 * gates.gate + v * kWidth);
    }
    sigmoid_each(opened);
    Vector entered[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      entered[v] = tanh_of(load(z + v * kWidth) + opened[v] * load(z + 3 * gates.gate + v * kWidth));
      store(z + gates.gate + v * kWidth, opened[v]);
      store(z + 2 * gates.gate + v * kWidth, opened[kVectors + v]);
    }
    const size_t at = static_cast<size_t>(r) * padded + unit;
    float* const output = f.output + (static_cast<size_t>(first_row + r) * s.steps + step) * s.units + unit;
    for (int v = 0; v < kVectors; ++v) {
      store(z + v * kWidth, entered[v]);
      const Vector h = entered[v] + opened[kVectors + v] * (load(hidden + at + v * kWidth) - entered[v]);
      store(next_hidden + at + v * kWidth, h);
      store_some(output + v * kWidth, h, s.units - unit - v * kWidth);
    }
  }
}

SIGNAL_LAB_INLINE size_t gru_forward_scratch(const GruForward& f, int rows, int padded, bool fused) {
  const size_t inputs = static_cast<size_t>(fused ? 1 : kProjectedSteps) * f.shape.features;
  const size_t states = static_cast<size_t>(rows) * ((f.recurrent_mask ? 3 : 2) * padded + inputs);
  return states + (f.gates ? 0 : static_cast<size_t>(fused ? 1 : kProjectedSteps) * rows * 4 * padded);
}

static void gru_forward_slice(const GruForward& f, const GruWeights& w, int padded, bool fused, int first, int rows, float* scratch) {
  const SequenceShape& s = f.shape;
  float* hidden = scratch;
  float* next_hidden = hidden + static_cast<size_t>(rows) * padded;
  float* const masked = next_hidden + static_cast<size_t>(rows) * padded;
  float* const x = masked + (f.recurrent_mask ? static_cast<size_t>(rows) * padded : 0);
  const size_t input_size = static_cast<size_t>(rows) * s.features;
  float* const own_gates = x + (fused ? 1 : kProjectedSteps) * input_size;
  memset(hidden, 0, sizeof(float) * rows * padded);
  take_state(f.initial_hidden, s, first, rows, padded, hidden);
  // In the kept gates a panel holds the whole batch; in the slice's own, its rows.
  const size_t panel_rows = f.gates ? s.batch : rows;
  const auto gates_of = [&](int step, int unit) -> StepPanels {
    float* const all = f.gates ? f.gates + first * kPanel : own_gates;
    const size_t slot = f.gates ? step : fused ? 0 : step % kProjectedSteps;
    return {all + (slot * 4 * padded + unit) * panel_rows, padded * panel_rows};
  };
  const size_t next_step = 4 * padded * panel_rows;
  /** The input's part of the sums of `steps` steps from `step`, whose inputs stand in x. */
  const auto project = [&](int step, int steps, int unit) {
    const StepPanels gates = gates_of(step, unit);
    const size_t next = unit / kPanel * w.next_input;
    for_each_projection(rows, steps, [&](const Projection& p) {
      const Rows input = dense_rows(x + p.step * input_size + p.row * s.features, p.by_step ? input_size : s.features, s.features);
      const Term fresh{input, further(w.input_new, next)};
      const Term gated{input, further(w.input_gates, next)};
      float* const to = gates.first + p.step * next_step + p.row * kPanel;
      const size_t stride = p.by_step ? next_step : kPanel;
      product(&fresh, 1, p.count, 1, {w.bias + unit, 0, 0}, {to, stride, 0});
      product(&gated, 1, p.count, 2, {w.bias + padded + unit, 0, static_cast<size_t>(padded)}, {to + gates.gate, stride, gates.gate});
    });
    for (int ahead = 0; ahead < steps; ++ahead) {
      float* const recurrent = gates.first + ahead * next_step + 3 * gates.gate;
      for (int r = 0; r < rows; ++r) memcpy(recurrent + r * kPanel, w.recurrent_bias + unit, sizeof(float) * kPanel);
    }
  };
  for (int step = 0; step < s.steps; ++step) {
    if (!fused && step % kProjectedSteps == 0) {
      const int steps = smaller(kProjectedSteps, s.steps - step);
      for (int ahead = 0; ahead < steps; ++ahead) copy_step(f.input, s, first, rows, step + ahead, x + ahead * input_size);
      for (int unit = 0; unit < padded; unit += kPanel) project(step, steps, unit);
    }
    if (fused) copy_step(f.input, s, first, rows, step, x);
    const float* const entering = entering_state(f.recurrent_mask, s, first, rows, padded, hidden, masked);
    for (int unit = 0; unit < padded; unit += kPanel) {
      if (fused) project(step, 1, unit);
      const StepPanels gates = gates_of(step, unit);
      float* const reached = gates.first + gates.gate;
      const Term term{dense_rows(entering, padded, s.units), further(w.recurrent, unit / kPanel * w.next_recurrent)};
      product(&term, 1, rows, 3, {reached, kPanel, gates.gate}, {reached, kPanel, gates.gate});
      gru_activate(f, padded, first, rows, step, unit, gates, hidden, next_hidden);
    }
    float* const swap = hidden;
    hidden = next_hidden;
    next_hidden = swap;
  }
  give_state(hidden, s, first, rows, padded, f.final_hidden);
}

static void gru_forward(const GruForward& f) {
  if (f.norm.input_scale) return gru_norm_forward(f);
  const SequenceShape& s = f.shape;
  const int padded = round_up(s.units, kPanel);
  const GateMatrix input{f.kernel, s.features, 3, s.units, padded, {2, 0, 1}};
  const GateMatrix recurrent{f.recurrent_kernel, s.units, 3, s.units, padded, {0, 1, 2}};
  const Slices slices = slices_for(s, 3);
  const bool fused = s.features <= 32 || packed_size(input) + packed_size(recurrent) <= kFusedFloats;
  const bool direct = padded == s.units && reads_weights_rarely(s);

  const size_t slice_size = Workspace::rounded(gru_forward_scratch(f, slices.most_rows(), padded, fused));
  const size_t weight_size = direct ? 0 : Workspace::rounded(packed_size(input)) + packed_size(recurrent);
  Workspace workspace(slice_size * slices.count + 4 * padded + weight_size);
  float* const scratch = workspace.take(slice_size * slices.count);
  float* const bias = workspace.take(4 * padded);
  memset(bias, 0, sizeof(float) * 4 * padded);
  for (int u = 0; u < s.units; ++u) {
    bias[u] = f.bias[2 * s.units + u];
    bias[padded + u] = f.bias[u] + f.recurrent_bias[u];
    bias[2 * padded + u] = f.bias[s.units + u] + f.recurrent_bias[s.units + u];
    bias[3 * padded + u] = f.recurrent_bias[2 * s.units + u];
  }
  GruWeights weights{bias, bias + 3 * padded, {}, {}, {}, kPanel, kPanel};
  if (direct) {
    const size_t gate = s.units;
    weights.input_new = {f.kernel + 2 * gate, gate, 3 * gate};
    weights.input_gates = {f.kernel, gate, 3 * gate};
    weights.recurrent = {f.recurrent_kernel, gate, 3 * gate};
  } else {
    float* const packed_input = workspace.take(packed_size(input));
    float* const packed_recurrent = workspace.take(packed_size(recurrent));
    const auto pack = [&](int panel) {
      pack_panel(input, panel, packed_input);
      pack_panel(recurrent, panel, packed_recurrent);
    };
    parallel_or_not(slices.count > 1, panel_count(input), pack);
    weights.next_input = static_cast<size_t>(s.features) * kPanel;
    weights.next_recurrent = static_cast<size_t>(s.units) * kPanel;
    const size_t input_gate = static_cast<size_t>(s.features) * padded;
    weights.input_new = {packed_input, input_gate, kPanel};
    weights.input_gates = {packed_input + input_gate, input_gate, kPanel};
    weights.recurrent = {packed_recurrent, static_cast<size_t>(s.units) * padded, kPanel};
  }
  const auto slice = [&](int i) {
    gru_forward_slice(f, weights, padded, fused, slices.first(i), slices.rows(i), scratch + i * slice_size);
  };
  parallel_or_not(slices.count > 1, slices.count, slice);
}

/**
 * Gate gradients of one step for kPanel units from `unit`; what goes on to the step before is left in `carried` and, as
 * gradients of the recurrent sums, in the slice's own `sums`.
 */
static void gru_gate_gradients(const GruBackward& b, int padded, int first_row, int rows, int step, int unit,
                               const float* hidden_gradient, float* carried, float* sums, float* panels) {
  const SequenceShape& s = b.shape;
  const size_t sequence_rows = static_cast<size_t>(s.batch) * s.steps;
  const size_t next_gate = padded * sequence_rows;
  const size_t kept_gate = static_cast<size_t>(padded) * s.batch;
  const float* const gates = b.gates + (static_cast<size_t>(step) * 4 * padded + unit) * s.batch + first_row * kPanel;
  float* const result = panels + unit * sequence_rows + (static_cast<size_t>(step) * s.batch + first_row) * kPanel;
  for (int r = 0; r < rows; ++r) {
    const size_t row = first_row + r;
    for (int v = 0; v < kPanel; v += kWidth) {
      const int u = unit + v;
      const int left = s.units - u;
      const size_t at = r * kPanel + v;
      const Vector n = load(gates + at);
      const Vector reset = load(gates + kept_gate + at);
      const Vector update = load(gates + 2 * kept_gate + at);
      const Vector recurrent = load(gates + 3 * kept_gate + at);
      const Vector before = step > 0 ? load_some(b.output + (row * s.steps + step - 1) * s.units + u, left)
                                     : load_some(b.initial_hidden + row * s.units + u, left);
      float* const carry = carried + static_cast<size_t>(r) * padded + u;
      const Vector dh = load(carry) + load(hidden_gradient + at) +
                        load_some(b.output_gradient + (row * s.steps + step) * s.units + u, left);
      const Vector dn = dh * (1.0f - update) * (1.0f - n * n);
      const Vector found[4] = {keep_some(dn, left), keep_some(dn * recurrent * (reset * (1.0f - reset)), left),
                               keep_some(dh * (before - n) * (update * (1.0f - update)), left), keep_some(dn * reset, left)};
      float* const own = sums + r * own_row(3 * padded) + u;
      for (int gate = 0; gate < 4; ++gate) {
        store(result + gate * next_gate + at, found[gate]);
        if (gate > 0) store(own + (gate - 1) * padded, found[gate]);
      }
      store(carry, dh * update);
    }
  }
}

static void gru_backward(const GruBackward& b) {
  if (b.norm.input_scale) return gru_norm_backward(b);
  const SequenceShape& s = b.shape;
  const int padded = round_up(s.units, kPanel);
  const Slices slices = slices_for(s, 3);
  BackwardProducts products(b, {b.kernel, s.features, 3, s.units, padded, {2, 0, 1}}, {b.recurrent_kernel, s.units, 3, s.units, padded, {0, 1, 2}}, slices.count > 1);
  products.part_count = 2;
  products.parts[0] = {LeftSide::kState, {{}, nullptr, 3, s.units, padded, {0, 1, 2}, b.recurrent_kernel_gradient, b.recurrent_bias_gradient}};
  products.parts[1] = {LeftSide::kInput, {{}, nullptr, 3, s.units, padded, {2, 0, 1}, b.kernel_gradient, b.bias_gradient}};

  const size_t slice_size = backward_scratch(slices.most_rows(), padded, 3);
  const size_t gate_size = static_cast<size_t>(padded) * s.batch * s.steps;
  Workspace workspace(4 * gate_size + slice_size * slices.count + products.floats());
  float* const panels = workspace.take(4 * gate_size);
  float* const scratch = workspace.take(slice_size * slices.count);
  products.take(workspace);
  products.parts[0].gradient.panels = panels + gate_size;
  products.parts[1].gradient.panels = panels;
  products.prepare();
  const auto slice = [&](int i) {
    const int first = slices.first(i);
    const int rows = slices.rows(i);
    const auto gate_gradients = [&](int step, int unit, const float* hidden_gradient, float* carried, float* sums) {
      gru_gate_gradients(b, padded, first, rows, step, unit, hidden_gradient, carried, sums, panels);
    };
    backward_slice(s, b.recurrent_mask, products.transposed, 3, padded, first, rows, scratch + i * slice_size, gate_gradients);
  };
  parallel_or_not(products.threaded, slices.count, slice);
  products.finish(panels);
}
