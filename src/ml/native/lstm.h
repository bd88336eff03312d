/**
 * The LSTM layer, forward and backward. Included only by kernels_isa.cc, inside its namespace.
 *
 * A slice of the batch goes through all steps on one thread, so no step waits for another thread. The recurrent weights
 * (256 KiB at 128 units) stay in that core's L2 cache.
 */

struct LstmWeights {
  const float* bias;  // [4, padded]
  Panels input;       // gate panels of the first kPanel units; the next units' are `next` further
  Panels recurrent;
  size_t next_input;
  size_t next_recurrent;
};

SIGNAL_LAB_INLINE GateMatrix lstm_input_weights(const float* kernel, const SequenceShape& s) {
  return {kernel, s.features, 4, s.units, round_up(s.units, kPanel), {0, 1, 2, 3}};
}

SIGNAL_LAB_INLINE GateMatrix lstm_recurrent_weights(const float* kernel, const SequenceShape& s) {
  return {kernel + static_cast<size_t>(s.features) * 4 * s.units, s.units, 4, s.units, round_up(s.units, kPanel), {0, 1, 2, 3}};
}

static void lstm_norm_forward(const LstmForward& f);
static void lstm_norm_backward(const LstmBackward& b);

/**
 * c and h of `rows` rows from the sums of their gates, for kPanel units from `unit`. The sums are replaced by the gates'
 * values. `cell` and `hidden` are the slice's states, [rows, padded].
 */
static void lstm_activate(const LstmForward& f, int padded, int first_row, int rows, int step, int unit, StepPanels gates,
                          float* cell, float* hidden) {
  const SequenceShape& s = f.shape;
  for (int r = 0; r < rows; ++r) {
    float* const output = f.output + (static_cast<size_t>(first_row + r) * s.steps + step) * s.units + unit;
    for (int v = 0; v < kPanel; v += kWidth) {
      float* const z = gates.first + r * kPanel + v;
      Vector open[3] = {load(z), load(z + gates.gate), load(z + 3 * gates.gate)};
      sigmoid_each(open);
      const Vector g = tanh_of(load(z + 2 * gates.gate));
      const size_t at = static_cast<size_t>(r) * padded + unit + v;
      const Vector c = open[1] * load(cell + at) + open[0] * g;
      const Vector h = open[2] * tanh_of(c);
      store(cell + at, c);
      store(hidden + at, h);
      store_some(output + v, h, s.units - unit - v);
      if (!f.cells) continue;
      store(z, open[0]);
      store(z + gates.gate, open[1]);
      store(z + 2 * gates.gate, g);
      store(z + 3 * gates.gate, open[2]);
      store(f.cells + (static_cast<size_t>(step) * padded + unit) * s.batch + (first_row + r) * kPanel + v, c);
    }
  }
}

SIGNAL_LAB_INLINE size_t lstm_forward_scratch(const LstmForward& f, int rows, int padded, bool fused) {
  const size_t inputs = static_cast<size_t>(fused ? 1 : kProjectedSteps) * f.shape.features;
  const size_t states = static_cast<size_t>(rows) * ((f.recurrent_mask ? 4 : 3) * padded + inputs);
  return states + (f.gates ? 0 : static_cast<size_t>(fused ? 1 : kProjectedSteps) * rows * 4 * padded);
}

static void lstm_forward_slice(const LstmForward& f, const LstmWeights& w, int padded, bool fused, int first, int rows,
                               float* scratch) {
  const SequenceShape& s = f.shape;
  float* const cell = scratch;
  float* hidden = cell + static_cast<size_t>(rows) * padded;
  float* next_hidden = hidden + static_cast<size_t>(rows) * padded;
  float* const masked = next_hidden + static_cast<size_t>(rows) * padded;
  float* const input = masked + (f.recurrent_mask ? static_cast<size_t>(rows) * padded : 0);
  const float* entering = hidden;
  const size_t input_size = static_cast<size_t>(rows) * s.features;
  float* const own_gates = input + (fused ? 1 : kProjectedSteps) * input_size;
  memset(scratch, 0, sizeof(float) * 2 * rows * padded);
  take_state(f.initial_cell, s, first, rows, padded, cell);
  take_state(f.initial_hidden, s, first, rows, padded, hidden);
  // In the kept gates a panel holds the whole batch; in the slice's own, its rows.
  const size_t panel_rows = f.gates ? s.batch : rows;
  const auto gates_of = [&](int step, int unit) -> StepPanels {
    float* const all = f.gates ? f.gates + first * kPanel : own_gates;
    const size_t slot = f.gates ? step : fused ? 0 : step % kProjectedSteps;
    return {all + (slot * 4 * padded + unit) * panel_rows, padded * panel_rows};
  };
  const auto input_term = [&](const float* x, size_t stride, int unit) -> Term {
    const Panels panels{w.input.b + unit / kPanel * w.next_input, w.input.panel_stride, w.input.step};
    return {dense_rows(x, stride, s.features), panels};
  };
  const auto recurrent_term = [&](int unit) -> Term {
    const Panels panels{w.recurrent.b + unit / kPanel * w.next_recurrent, w.recurrent.panel_stride, w.recurrent.step};
    return {dense_rows(entering, padded, s.units), panels};
  };
  const auto bias = [&](int unit) -> Start { return {w.bias + unit, 0, static_cast<size_t>(padded)}; };
  for (int step = 0; step < s.steps; ++step) {
    if (!fused && step % kProjectedSteps == 0) {
      const int steps = smaller(kProjectedSteps, s.steps - step);
      for (int ahead = 0; ahead < steps; ++ahead) copy_step(f.input, s, first, rows, step + ahead, input + ahead * input_size);
      for (int unit = 0; unit < padded; unit += kPanel) {
        const StepPanels gates = gates_of(step, unit);
        const size_t next_step = 4 * padded * panel_rows;
        for_each_projection(rows, steps, [&](const Projection& p) {
          const Term term = input_term(input + p.step * input_size + p.row * s.features, p.by_step ? input_size : s.features, unit);
          float* const to = gates.first + p.step * next_step + p.row * kPanel;
          product(&term, 1, p.count, 4, bias(unit), {to, p.by_step ? next_step : kPanel, gates.gate});
        });
      }
    }
    if (fused) copy_step(f.input, s, first, rows, step, input);
    entering = entering_state(f.recurrent_mask, s, first, rows, padded, hidden, masked);
    for (int unit = 0; unit < padded; unit += kPanel) {
      const Term terms[2] = {input_term(input, s.features, unit), recurrent_term(unit)};
      const StepPanels gates = gates_of(step, unit);
      const Target target{gates.first, kPanel, gates.gate};
      if (fused) {
        product(terms, 2, rows, 4, bias(unit), target);
      } else {
        product(terms + 1, 1, rows, 4, {gates.first, kPanel, gates.gate}, target);
      }
      lstm_activate(f, padded, first, rows, step, unit, gates, cell, next_hidden);
    }
    float* const swap = hidden;
    hidden = next_hidden;
    next_hidden = swap;
  }
  give_state(hidden, s, first, rows, padded, f.final_hidden);
  give_state(cell, s, first, rows, padded, f.final_cell);
}

static void lstm_forward(const LstmForward& f) {
  if (f.norm.input_scale) return lstm_norm_forward(f);
  const SequenceShape& s = f.shape;
  const int padded = round_up(s.units, kPanel);
  const GateMatrix input = lstm_input_weights(f.kernel, s);
  const GateMatrix recurrent = lstm_recurrent_weights(f.kernel, s);
  const Slices slices = slices_for(s, 4);
  const bool fused = s.features <= 32 || packed_size(input) + packed_size(recurrent) <= kFusedFloats;
  const bool direct = padded == s.units && reads_weights_rarely(s);

  const size_t slice_size = Workspace::rounded(lstm_forward_scratch(f, slices.most_rows(), padded, fused));
  const size_t weight_size = direct ? 0 : 4 * padded + Workspace::rounded(packed_size(input)) + packed_size(recurrent);
  Workspace workspace(slice_size * slices.count + weight_size);
  float* const scratch = workspace.take(slice_size * slices.count);
  const size_t per_gate = padded / kPanel;
  LstmWeights weights;
  if (direct) {
    const size_t gate = s.units;
    weights = {f.bias, {input.weights, gate, 4 * gate}, {recurrent.weights, gate, 4 * gate}, kPanel, kPanel};
  } else {
    float* const bias = workspace.take(4 * padded);
    float* const packed_input = workspace.take(packed_size(input));
    float* const packed_recurrent = workspace.take(packed_size(recurrent));
    pad_gates(f.bias, 4, s.units, padded, bias);
    const int panels = panel_count(input);
    const auto pack = [&](int panel) {
      pack_panel(input, panel, packed_input);
      pack_panel(recurrent, panel, packed_recurrent);
    };
    parallel_or_not(slices.count > 1, panels, pack);
    const size_t input_panel = static_cast<size_t>(s.features) * kPanel;
    const size_t recurrent_panel = static_cast<size_t>(s.units) * kPanel;
    weights = {bias, {packed_input, per_gate * input_panel, kPanel}, {packed_recurrent, per_gate * recurrent_panel, kPanel}, input_panel, recurrent_panel};
  }
  const auto slice = [&](int i) {
    lstm_forward_slice(f, weights, padded, fused, slices.first(i), slices.rows(i), scratch + i * slice_size);
  };
  parallel_or_not(slices.count > 1, slices.count, slice);
}

/**
 * Gate gradients of one step for kPanel units from `unit`, from the gradients that reach its output and its cell. They
 * go to the sequence's panels and, for the next step of the recurrence, to the slice's own `sums`.
 */
static void lstm_gate_gradients(const LstmBackward& b, int padded, int first_row, int rows, int step, int unit,
                                const float* hidden_gradient, float* cell_gradient, float* sums, float* panels) {
  const SequenceShape& s = b.shape;
  const size_t sequence_rows = static_cast<size_t>(s.batch) * s.steps;
  const size_t next_gate = padded * sequence_rows;
  const size_t kept_gate = static_cast<size_t>(padded) * s.batch;
  const float* const gates = b.gates + (static_cast<size_t>(step) * 4 * padded + unit) * s.batch + first_row * kPanel;
  const float* const cells = b.cells + (static_cast<size_t>(step) * padded + unit) * s.batch + first_row * kPanel;
  float* const result = panels + unit * sequence_rows + (static_cast<size_t>(step) * s.batch + first_row) * kPanel;
  for (int r = 0; r < rows; ++r) {
    const size_t row = first_row + r;
    for (int v = 0; v < kVectors; ++v) {
      const int u = unit + v * kWidth;
      const int left = s.units - u;
      const size_t at = r * kPanel + v * kWidth;
      const Vector i = load(gates + at);
      const Vector forget = load(gates + kept_gate + at);
      const Vector g = load(gates + 2 * kept_gate + at);
      const Vector o = load(gates + 3 * kept_gate + at);
      const Vector tanh_cell = tanh_of(load(cells + at));
      const Vector before = step > 0 ? load(cells - kept_gate + at) : load_some(b.initial_cell + row * s.units + u, left);
      const Vector dh = load(hidden_gradient + at) +
                        load_some(b.output_gradient + (row * s.steps + step) * s.units + u, left);
      float* const carried = cell_gradient + static_cast<size_t>(r) * padded + u;
      const Vector dc = load(carried) + dh * o * (1.0f - tanh_cell * tanh_cell);
      const Vector found[4] = {keep_some(dc * g * (i * (1.0f - i)), left),
                               keep_some(dc * before * (forget * (1.0f - forget)), left),
                               keep_some(dc * i * (1.0f - g * g), left),
                               keep_some(dh * tanh_cell * (o * (1.0f - o)), left)};
      float* const own = sums + r * own_row(4 * padded) + u;
      for (int gate = 0; gate < 4; ++gate) {
        store(result + gate * next_gate + at, found[gate]);
        store(own + gate * padded, found[gate]);
      }
      store(carried, dc * forget);
    }
  }
}

static void lstm_backward(const LstmBackward& b) {
  if (b.norm.input_scale) return lstm_norm_backward(b);
  const SequenceShape& s = b.shape;
  const int padded = round_up(s.units, kPanel);
  const Slices slices = slices_for(s, 4);
  BackwardProducts products(b, lstm_input_weights(b.kernel, s), lstm_recurrent_weights(b.kernel, s), slices.count > 1);
  products.part_count = 1;
  products.parts[0] = {LeftSide::kBoth, {{}, nullptr, 4, s.units, padded, {0, 1, 2, 3}, b.kernel_gradient, b.bias_gradient}};

  const size_t slice_size = backward_scratch(slices.most_rows(), padded, 4);
  const size_t panel_size = static_cast<size_t>(4) * padded * s.batch * s.steps;
  Workspace workspace(panel_size + slice_size * slices.count + products.floats());
  float* const panels = workspace.take(panel_size);
  float* const scratch = workspace.take(slice_size * slices.count);
  products.take(workspace);
  products.parts[0].gradient.panels = panels;
  products.prepare();
  const auto slice = [&](int i) {
    const int first = slices.first(i);
    const int rows = slices.rows(i);
    const auto gate_gradients = [&](int step, int unit, const float* hidden_gradient, float* carried, float* sums) {
      lstm_gate_gradients(b, padded, first, rows, step, unit, hidden_gradient, carried, sums, panels);
    };
    backward_slice(s, b.recurrent_mask, products.transposed, 4, padded, first, rows, scratch + i * slice_size, gate_gradients);
  };
  parallel_or_not(products.threaded, slices.count, slice);
  products.finish(panels);
}
