/**
 * The LSTM layer with layer normalisation, forward and backward. Included only by kernels_isa.cc, inside its namespace.
 *
 * A row's gates are normalised together, so a step computes all of them before it activates any. Kept gates and cells are
 * rows of the sequence here, [steps, batch, gates, padded], beside the rows that norm.h describes.
 */

/** One row from its normalised gates; `cell` is the row's state and `normal_cell` receives it normalised. */
static void lstm_norm_activate(const NormWeights& w, int units, int padded, const float* normal, float* gates, float* cell,
                               float* normal_cell, float* factor, float* hidden, float* output) {
  const size_t part = static_cast<size_t>(4) * padded;
  for (int u = 0; u < padded; u += kWidth) {
    Vector z[4];
    for (int gate = 0; gate < 4; ++gate) {
      const size_t at = gate * padded + u;
      z[gate] = load(w.bias + at) + load(normal + at) * load(w.input_scale + at) +
                load(normal + part + at) * load(w.recurrent_scale + at);
    }
    Vector open[3] = {z[0], z[1], z[3]};
    sigmoid_each(open);
    const Vector g = tanh_of(z[2]);
    const Vector c = keep_some(open[1] * load(cell + u) + open[0] * g, units - u);
    store(gates + u, open[0]);
    store(gates + padded + u, open[1]);
    store(gates + 2 * padded + u, g);
    store(gates + 3 * padded + u, open[2]);
    store(cell + u, c);
    store(normal_cell + u, c);
  }
  *factor = normalise(normal_cell, 1, units, padded);
  for (int u = 0; u < padded; u += kWidth) {
    const Vector shown = tanh_of(load(normal_cell + u) * load(w.cell_scale + u) + load(w.cell_shift + u));
    const Vector h = load(gates + 3 * padded + u) * shown;
    store(hidden + u, h);
    store_some(output + u, h, units - u);
  }
}

static void lstm_norm_slice(const LstmForward& f, const NormWeights& w, int padded, int first, int rows, float* scratch) {
  const SequenceShape& s = f.shape;
  const size_t size = static_cast<size_t>(rows) * padded;
  const size_t row = norm_row(4, padded);
  float* const cell = scratch;
  float* const hidden = cell + size;
  float* const masked = hidden + size;
  float* const own_gates = masked + size;
  float* const own_normal = own_gates + 4 * size;
  float* const x = own_normal + rows * row;
  memset(scratch, 0, sizeof(float) * 2 * size);
  take_state(f.initial_cell, s, first, rows, padded, cell);
  take_state(f.initial_hidden, s, first, rows, padded, hidden);
  for (int step = 0; step < s.steps; ++step) {
    const size_t sequence_row = static_cast<size_t>(step) * s.batch + first;
    float* const normal = f.normal ? f.normal + sequence_row * row : own_normal;
    float* const gates = f.gates ? f.gates + sequence_row * 4 * padded : own_gates;
    copy_step(f.input, s, first, rows, step, x);
    const float* const entering = entering_state(f.recurrent_mask, s, first, rows, padded, hidden, masked);
    normal_gates(w, kLstmGroups, s, 4, rows, x, entering, padded, normal, row);
    for (int r = 0; r < rows; ++r) {
      float* const kept = normal + r * row;
      float* const output = f.output + (static_cast<size_t>(first + r) * s.steps + step) * s.units;
      lstm_norm_activate(w, s.units, padded, kept, gates + static_cast<size_t>(r) * 4 * padded, cell + r * padded,
                         kept + 8 * padded, kept + row - kNormFactors + 4, hidden + r * padded, output);
    }
    if (f.cells) memcpy(f.cells + sequence_row * padded, cell, sizeof(float) * size);
  }
  give_state(hidden, s, first, rows, padded, f.final_hidden);
  give_state(cell, s, first, rows, padded, f.final_cell);
}

static void lstm_norm_forward(const LstmForward& f) {
  const SequenceShape& s = f.shape;
  const int padded = round_up(s.units, kPanel);
  const Slices slices = slices_for(s, 4);
  const NormPacking packing(lstm_input_weights(f.kernel, s), lstm_recurrent_weights(f.kernel, s), true);
  const size_t slice_size = Workspace::rounded(static_cast<size_t>(slices.most_rows()) * (7 * padded + norm_row(4, padded) + s.features));
  Workspace workspace(slice_size * slices.count + packing.floats());
  float* const scratch = workspace.take(slice_size * slices.count);
  const bool threaded = slices.count > 1;
  const NormWeights weights = packing.take(workspace, f.norm, f.bias, nullptr, threaded);
  const auto slice = [&](int i) {
    lstm_norm_slice(f, weights, padded, slices.first(i), slices.rows(i), scratch + i * slice_size);
  };
  parallel_or_not(threaded, slices.count, slice);
}

/**
 * Gradients of one row's gates before their sum was taken apart, from the gradient that reaches its output; `shown` gets
 * that of the scaled cell, `carried` is the gradient that reaches its cell, and then the one before's.
 */
static void lstm_norm_gate_gradients(const NormWeights& w, int units, int padded, const float* gates, const float* normal_cell,
                                     float factor, const float* cell_before, int before_count, const float* hidden_gradient,
                                     const float* output_gradient, float* carried, float* shown, float* found, float* cell_gradient) {
  for (int u = 0; u < padded; u += kWidth) {
    const Vector normal = load(normal_cell + u);
    const Vector a = tanh_of(normal * load(w.cell_scale + u) + load(w.cell_shift + u));
    const Vector o = load(gates + 3 * padded + u);
    const Vector dh = load(hidden_gradient + u) + load_some(output_gradient + u, units - u);
    const Vector dy = keep_some(dh * o * (1.0f - a * a), units - u);
    store(shown + u, dy);
    store(cell_gradient + u, dy * load(w.cell_scale + u));
    store(found + 3 * padded + u, keep_some(dh * a * (o * (1.0f - o)), units - u));
  }
  normalise_back(cell_gradient, normal_cell, factor, 1, units, padded);
  for (int u = 0; u < padded; u += kWidth) {
    const int left = units - u;
    const Vector i = load(gates + u);
    const Vector forget = load(gates + padded + u);
    const Vector g = load(gates + 2 * padded + u);
    const Vector dc = load(carried + u) + load(cell_gradient + u);
    const Vector before = load_some(cell_before + u, before_count - u);
    store(found + u, keep_some(dc * g * (i * (1.0f - i)), left));
    store(found + padded + u, keep_some(dc * before * (forget * (1.0f - forget)), left));
    store(found + 2 * padded + u, keep_some(dc * i * (1.0f - g * g), left));
    store(carried + u, dc * forget);
  }
}

/** What a slice leaves for the sums over the sequence: gradients of the gates [rows, 4 * padded] and of the scaled cell. */
struct LstmNormGradients {
  float* gates;
  float* shown;
};

static void lstm_norm_backward_slice(const LstmBackward& b, const NormWeights& w, const NormBack& back, const float* transposed,
                                     LstmNormGradients found, int first, int rows, float* scratch) {
  const SequenceShape& s = b.shape;
  const int padded = back.padded;
  const size_t row = norm_row(4, padded);
  const size_t size = static_cast<size_t>(rows) * padded;
  float* const carried = scratch;
  float* const hidden_gradient = carried + size;
  float* const cell_gradient = hidden_gradient + size;
  float* const own = cell_gradient + padded;
  memset(scratch, 0, sizeof(float) * 2 * size);
  for (int step = s.steps - 1; step >= 0; --step) {
    if (step + 1 < s.steps) {
      const Term term{dense_rows(own, own_row(4 * padded), 4 * padded), packed_panels(transposed, 4 * padded)};
      product(&term, 1, rows, padded / kPanel, {}, {hidden_gradient, static_cast<size_t>(padded), kPanel});
      mask_gradient(b.recurrent_mask, s, first, rows, 0, padded, hidden_gradient, padded);
    }
    for (int r = 0; r < rows; ++r) {
      const size_t example = first + r;
      const size_t at = static_cast<size_t>(step) * s.batch + example;
      const float* const kept = b.normal + at * row;
      const float* const before = step > 0 ? b.cells + (at - s.batch) * padded : b.initial_cell + example * s.units;
      float* const gates = found.gates + at * 4 * padded;
      lstm_norm_gate_gradients(w, s.units, padded, b.gates + at * 4 * padded, kept + 8 * padded, kept[row - kNormFactors + 4],
                               before, step > 0 ? padded : s.units, hidden_gradient + r * padded,
                               b.output_gradient + (example * s.steps + step) * s.units, carried + r * padded,
                               found.shown + at * padded, gates, cell_gradient);
      back.row(w, at, gates, gates, own + r * own_row(4 * padded));
    }
  }
}

static void lstm_norm_backward(const LstmBackward& b) {
  const SequenceShape& s = b.shape;
  const int padded = round_up(s.units, kPanel);
  const int rows = s.batch * s.steps;
  const Slices slices = slices_for(s, 4);
  BackwardProducts products(b, lstm_input_weights(b.kernel, s), lstm_recurrent_weights(b.kernel, s), slices.count > 1);
  products.part_count = 2;
  float* const recurrent_gradient = b.kernel_gradient + static_cast<size_t>(s.features) * 4 * s.units;
  products.parts[0] = {LeftSide::kState, {{}, nullptr, 4, s.units, padded, {0, 1, 2, 3}, recurrent_gradient, nullptr}};
  products.parts[1] = {LeftSide::kInput, {{}, nullptr, 4, s.units, padded, {0, 1, 2, 3}, b.kernel_gradient, nullptr}};
  const NormPacking packing(products.input_weights, products.recurrent_weights, false);

  const size_t slice_size = Workspace::rounded(slices.most_rows() * (2 * padded + own_row(4 * padded)) + padded);
  const size_t sequence = static_cast<size_t>(rows) * padded;
  Workspace workspace(13 * sequence + slice_size * slices.count + products.floats() + packing.floats());
  const LstmNormGradients found{workspace.take(4 * sequence), workspace.take(sequence)};
  float* const input_panels = workspace.take(4 * sequence);
  float* const recurrent_panels = workspace.take(4 * sequence);
  float* const scratch = workspace.take(slice_size * slices.count);
  const NormWeights weights = packing.take(workspace, b.norm, nullptr, nullptr, products.threaded);
  products.take(workspace);
  products.parts[0].gradient.panels = recurrent_panels;
  products.parts[1].gradient.panels = input_panels;
  products.prepare();
  const NormBack back{s, kLstmGroups, 4, padded, b.normal, input_panels, recurrent_panels};
  const auto slice = [&](int i) {
    lstm_norm_backward_slice(b, weights, back, products.transposed, found, slices.first(i), slices.rows(i), scratch + i * slice_size);
  };
  parallel_or_not(products.threaded, slices.count, slice);
  products.finish(input_panels);

  const size_t gate_row = static_cast<size_t>(4) * padded;
  const size_t kept_row = norm_row(4, padded);
  const size_t cell_row = padded;
  const ColumnSums of_gates[] = {{found.gates, gate_row, nullptr, 0, b.bias_gradient},
                                 {found.gates, gate_row, b.normal, kept_row, b.norm_gradient.input_scale},
                                 {found.gates, gate_row, b.normal + gate_row, kept_row, b.norm_gradient.recurrent_scale}};
  const ColumnSums of_cell[] = {{found.shown, cell_row, nullptr, 0, b.norm_gradient.cell_shift},
                                {found.shown, cell_row, b.normal + 2 * gate_row, kept_row, b.norm_gradient.cell_scale}};
  const auto sums = [&](int panel) {
    for (const ColumnSums& sum : of_gates) sum.panel(panel * kPanel, rows, s.units, padded);
    if (panel * kPanel >= padded) return;
    for (const ColumnSums& sum : of_cell) sum.panel(panel * kPanel, rows, s.units, padded);
  };
  parallel_or_not(products.threaded, 4 * padded / kPanel, sums);
}
