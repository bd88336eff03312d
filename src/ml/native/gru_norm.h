/**
 * The GRU layer with layer normalisation, forward and backward, as lstm_norm.h. Gates stand in the order reset, update,
 * new; kept ones are reset, update, new and the state's part of new. Included only by kernels_isa.cc, inside its namespace.
 */

/** One row from its normalised gates; `hidden` is the row's state, before and after. */
static void gru_norm_activate(const NormWeights& w, int units, int padded, const float* normal, float* gates, float* hidden,
                              float* output) {
  const size_t part = static_cast<size_t>(3) * padded;
  for (int u = 0; u < padded; u += kWidth) {
    Vector from_input[3], from_state[3];
    for (int gate = 0; gate < 3; ++gate) {
      const size_t at = gate * padded + u;
      from_input[gate] = load(w.bias + at) + load(normal + at) * load(w.input_scale + at);
      from_state[gate] = load(w.recurrent_bias + at) + load(normal + part + at) * load(w.recurrent_scale + at);
    }
    Vector open[2] = {from_input[0] + from_state[0], from_input[1] + from_state[1]};
    sigmoid_each(open);
    const Vector fresh = tanh_of(from_input[2] + open[0] * from_state[2]);
    const Vector h = fresh + open[1] * (load(hidden + u) - fresh);
    store(gates + u, open[0]);
    store(gates + padded + u, open[1]);
    store(gates + 2 * padded + u, fresh);
    store(gates + 3 * padded + u, from_state[2]);
    store(hidden + u, h);
    store_some(output + u, h, units - u);
  }
}

static void gru_norm_slice(const GruForward& f, const NormWeights& w, int padded, int first, int rows, float* scratch) {
  const SequenceShape& s = f.shape;
  const size_t size = static_cast<size_t>(rows) * padded;
  const size_t row = norm_row(3, padded);
  float* const hidden = scratch;
  float* const masked = hidden + size;
  float* const own_gates = masked + size;
  float* const own_normal = own_gates + 4 * size;
  float* const x = own_normal + rows * row;
  memset(hidden, 0, sizeof(float) * size);
  take_state(f.initial_hidden, s, first, rows, padded, hidden);
  for (int step = 0; step < s.steps; ++step) {
    const size_t sequence_row = static_cast<size_t>(step) * s.batch + first;
    float* const normal = f.normal ? f.normal + sequence_row * row : own_normal;
    float* const gates = f.gates ? f.gates + sequence_row * 4 * padded : own_gates;
    copy_step(f.input, s, first, rows, step, x);
    const float* const entering = entering_state(f.recurrent_mask, s, first, rows, padded, hidden, masked);
    normal_gates(w, kGruGroups, s, 3, rows, x, entering, padded, normal, row);
    for (int r = 0; r < rows; ++r) {
      float* const output = f.output + (static_cast<size_t>(first + r) * s.steps + step) * s.units;
      gru_norm_activate(w, s.units, padded, normal + r * row, gates + static_cast<size_t>(r) * 4 * padded, hidden + r * padded, output);
    }
  }
  give_state(hidden, s, first, rows, padded, f.final_hidden);
}

static void gru_norm_forward(const GruForward& f) {
  const SequenceShape& s = f.shape;
  const int padded = round_up(s.units, kPanel);
  const Slices slices = slices_for(s, 3);
  const NormPacking packing({f.kernel, s.features, 3, s.units, padded, {0, 1, 2}},
                            {f.recurrent_kernel, s.units, 3, s.units, padded, {0, 1, 2}}, true);
  const size_t slice_size = Workspace::rounded(static_cast<size_t>(slices.most_rows()) * (6 * padded + norm_row(3, padded) + s.features));
  Workspace workspace(slice_size * slices.count + packing.floats());
  float* const scratch = workspace.take(slice_size * slices.count);
  const bool threaded = slices.count > 1;
  const NormWeights weights = packing.take(workspace, f.norm, f.bias, f.recurrent_bias, threaded);
  const auto slice = [&](int i) {
    gru_norm_slice(f, weights, padded, slices.first(i), slices.rows(i), scratch + i * slice_size);
  };
  parallel_or_not(threaded, slices.count, slice);
}

/** Gradients of one row's gates, of the input's part and of the state's; `carried` passes on past the gates. */
static void gru_norm_gate_gradients(int units, int padded, const float* gates, const float* before, const float* hidden_gradient,
                                    const float* output_gradient, float* carried, float* of_input, float* of_state) {
  for (int u = 0; u < padded; u += kWidth) {
    const int left = units - u;
    const Vector reset = load(gates + u);
    const Vector update = load(gates + padded + u);
    const Vector fresh = load(gates + 2 * padded + u);
    const Vector from_state = load(gates + 3 * padded + u);
    const Vector dh = load(carried + u) + load(hidden_gradient + u) + load_some(output_gradient + u, left);
    const Vector dn = keep_some(dh * (1.0f - update) * (1.0f - fresh * fresh), left);
    const Vector dr = keep_some(dn * from_state * (reset * (1.0f - reset)), left);
    const Vector du = keep_some(dh * (load_some(before + u, left) - fresh) * (update * (1.0f - update)), left);
    store(of_input + u, dr);
    store(of_input + padded + u, du);
    store(of_input + 2 * padded + u, dn);
    store(of_state + u, dr);
    store(of_state + padded + u, du);
    store(of_state + 2 * padded + u, keep_some(dn * reset, left));
    store(carried + u, dh * update);
  }
}

static void gru_norm_backward_slice(const GruBackward& b, const NormWeights& w, const NormBack& back, const float* transposed,
                                    float* of_input, float* of_state, int first, int rows, float* scratch) {
  const SequenceShape& s = b.shape;
  const int padded = back.padded;
  const size_t size = static_cast<size_t>(rows) * padded;
  float* const carried = scratch;
  float* const hidden_gradient = carried + size;
  float* const own = hidden_gradient + size;
  memset(scratch, 0, sizeof(float) * 2 * size);
  for (int step = s.steps - 1; step >= 0; --step) {
    if (step + 1 < s.steps) {
      const Term term{dense_rows(own, own_row(3 * padded), 3 * padded), packed_panels(transposed, 3 * padded)};
      product(&term, 1, rows, padded / kPanel, {}, {hidden_gradient, static_cast<size_t>(padded), kPanel});
      mask_gradient(b.recurrent_mask, s, first, rows, 0, padded, hidden_gradient, padded);
    }
    for (int r = 0; r < rows; ++r) {
      const size_t example = first + r;
      const size_t at = static_cast<size_t>(step) * s.batch + example;
      const float* const before = step > 0 ? b.output + (example * s.steps + step - 1) * s.units : b.initial_hidden + example * s.units;
      gru_norm_gate_gradients(s.units, padded, b.gates + at * 4 * padded, before, hidden_gradient + r * padded,
                              b.output_gradient + (example * s.steps + step) * s.units, carried + r * padded,
                              of_input + at * 3 * padded, of_state + at * 3 * padded);
      back.row(w, at, of_input + at * 3 * padded, of_state + at * 3 * padded, own + r * own_row(3 * padded));
    }
  }
}

static void gru_norm_backward(const GruBackward& b) {
  const SequenceShape& s = b.shape;
  const int padded = round_up(s.units, kPanel);
  const int rows = s.batch * s.steps;
  const Slices slices = slices_for(s, 3);
  BackwardProducts products(b, {b.kernel, s.features, 3, s.units, padded, {0, 1, 2}}, {b.recurrent_kernel, s.units, 3, s.units, padded, {0, 1, 2}}, slices.count > 1);
  products.part_count = 2;
  products.parts[0] = {LeftSide::kState, {{}, nullptr, 3, s.units, padded, {0, 1, 2}, b.recurrent_kernel_gradient, nullptr}};
  products.parts[1] = {LeftSide::kInput, {{}, nullptr, 3, s.units, padded, {0, 1, 2}, b.kernel_gradient, nullptr}};
  const NormPacking packing(products.input_weights, products.recurrent_weights, false);

  const size_t slice_size = Workspace::rounded(slices.most_rows() * (2 * padded + own_row(3 * padded)));
  const size_t sequence = static_cast<size_t>(3) * rows * padded;
  Workspace workspace(4 * sequence + slice_size * slices.count + products.floats() + packing.floats());
  float* const of_input = workspace.take(sequence);
  float* const of_state = workspace.take(sequence);
  float* const input_panels = workspace.take(sequence);
  float* const recurrent_panels = workspace.take(sequence);
  float* const scratch = workspace.take(slice_size * slices.count);
  const NormWeights weights = packing.take(workspace, b.norm, nullptr, nullptr, products.threaded);
  products.take(workspace);
  products.parts[0].gradient.panels = recurrent_panels;
  products.parts[1].gradient.panels = input_panels;
  products.prepare();
  const NormBack back{s, kGruGroups, 3, padded, b.normal, input_panels, recurrent_panels};
  const auto slice = [&](int i) {
    gru_norm_backward_slice(b, weights, back, products.transposed, of_input, of_state, slices.first(i), slices.rows(i), scratch + i * slice_size);
  };
  parallel_or_not(products.threaded, slices.count, slice);
  products.finish(input_panels);

  const size_t gate_row = static_cast<size_t>(3) * padded;
  const size_t kept_row = norm_row(3, padded);
  const ColumnSums all[] = {{of_input, gate_row, nullptr, 0, b.bias_gradient},
                            {of_state, gate_row, nullptr, 0, b.recurrent_bias_gradient},
                            {of_input, gate_row, b.normal, kept_row, b.norm_gradient.input_scale},
                            {of_state, gate_row, b.normal + gate_row, kept_row, b.norm_gradient.recurrent_scale}};
  const auto sums = [&](int panel) {
    for (const ColumnSums& sum : all) sum.panel(panel * kPanel, rows, s.units, padded);
  };
  parallel_or_not(products.threaded, 3 * padded / kPanel, sums);
}
