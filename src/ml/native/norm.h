/**
 * Layer normalisation inside a recurrence, over whole rows of gates. Included only by kernels_isa.cc, inside its namespace.
 *
 * A layer keeps one row of floats for each row of the sequence: the input's part of the gates and the state's part, both
 * brought to mean 0 and variance 1, the cell the same (LSTM), and behind them the factors that did it.
 */

constexpr float kNormEpsilon = 1e-5f;

/** Place for the factors at the end of a kept row: two of the input's part, two of the state's, one of the cell. */
constexpr int kNormFactors = 16;

/** Gates that are normalised together: all four of an LSTM; reset and update, then new, of a GRU. */
struct NormGroups {
  int count;
  int gates[2];
};

constexpr NormGroups kLstmGroups{1, {4, 0}};
constexpr NormGroups kGruGroups{2, {2, 1}};

SIGNAL_LAB_INLINE int norm_row(int gates, int padded) { return (2 * gates + (gates == 4)) * padded + kNormFactors; }

static int normal_row(int gates, int units) { return norm_row(gates, round_up(units, kPanel)); }

SIGNAL_LAB_INLINE float sum_of(Vector values) {
  float sum = 0;
  for (int i = 0; i < kWidth; ++i) sum += values[i];
  return sum;
}

/** Call `each(place, units left from there)` for every vector of `gates` blocks. */
template <typename Each>
SIGNAL_LAB_INLINE void for_each_vector(int gates, int units, int padded, const Each& each) {
  for (int gate = 0; gate < gates; ++gate) {
    for (int u = 0; u < padded; u += kWidth) each(gate * padded + u, units - u);
  }
}

/** Bring `gates` blocks of `units` to mean 0 and variance 1, in place, zero in the padding. Returns the factor. */
static float normalise(float* row, int gates, int units, int padded) {
  const float share = 1.0f / (static_cast<float>(gates) * units);
  Vector sum{};
  for_each_vector(gates, units, padded, [&](int at, int) { sum += load(row + at); });
  const float mean = sum_of(sum) * share;
  Vector squares{};
  for_each_vector(gates, units, padded, [&](int at, int left) {
    const Vector centred = keep_some(load(row + at) - mean, left);
    squares += centred * centred;
    store(row + at, centred);
  });
  const float factor = 1.0f / sqrtf(sum_of(squares) * share + kNormEpsilon);
  for_each_vector(gates, units, padded, [&](int at, int) { store(row + at, load(row + at) * factor); });
  return factor;
}

/** The way back: the gradient of what was normalised from the gradient of the result, in place. */
static void normalise_back(float* gradient, const float* normal, float factor, int gates, int units, int padded) {
  const float share = 1.0f / (static_cast<float>(gates) * units);
  Vector sum{};
  Vector along{};
  for_each_vector(gates, units, padded, [&](int at, int) {
    sum += load(gradient + at);
    along += load(gradient + at) * load(normal + at);
  });
  const float mean = sum_of(sum) * share;
  const float slope = sum_of(along) * share;
  for_each_vector(gates, units, padded, [&](int at, int left) {
    store(gradient + at, keep_some((load(gradient + at) - mean - load(normal + at) * slope) * factor, left));
  });
}

/** normalise() of each group of a row; the factors go to `factors`. */
static void normalise_groups(float* row, NormGroups groups, int units, int padded, float* factors) {
  for (int g = 0; g < groups.count; ++g) {
    factors[g] = normalise(row, groups.gates[g], units, padded);
    row += static_cast<size_t>(groups.gates[g]) * padded;
  }
}

/** Weights, and the operands of the normalisation padded like the gates. */
struct NormWeights {
  const float* bias;
  const float* recurrent_bias;  // GRU only
  const float* input_scale;
  const float* recurrent_scale;
  const float* cell_scale;  // LSTM only
  const float* cell_shift;
  Panels input;
  Panels recurrent;
};

/** Room for, and the making of, NormWeights. */
class NormPacking {
 public:
  NormPacking(const GateMatrix& input, const GateMatrix& recurrent, bool forward) : input_(input), recurrent_(recurrent), forward_(forward) {}

  size_t floats() const {
    const size_t weights = forward_ ? Workspace::rounded(packed_size(input_)) + packed_size(recurrent_) : 0;
    return static_cast<size_t>(4 * input_.gates + 2) * input_.padded + weights;
  }

  NormWeights take(Workspace& workspace, const Norm& norm, const float* bias, const float* recurrent_bias, bool threaded) const {
    const int gates = input_.gates;
    const int units = input_.units;
    const int padded = input_.padded;
    const auto pad = [&](const float* from, int blocks) -> const float* {
      if (!from) return nullptr;
      float* const to = workspace.take(static_cast<size_t>(blocks) * padded);
      pad_gates(from, blocks, units, padded, to);
      return to;
    };
    NormWeights w{pad(bias, gates), pad(recurrent_bias, gates), pad(norm.input_scale, gates), pad(norm.recurrent_scale, gates),
                  pad(norm.cell_scale, 1), pad(norm.cell_shift, 1), {}, {}};
    if (!forward_) return w;
    float* const packed_input = workspace.take(packed_size(input_));
    float* const packed_recurrent = workspace.take(packed_size(recurrent_));
    const auto pack = [&](int panel) {
      pack_panel(input_, panel, packed_input);
      pack_panel(recurrent_, panel, packed_recurrent);
    };
    parallel_or_not(threaded, panel_count(input_), pack);
    w.input = packed_panels(packed_input, input_.rows);
    w.recurrent = packed_panels(packed_recurrent, recurrent_.rows);
    return w;
  }

 private:
  const GateMatrix input_;
  const GateMatrix recurrent_;
  const bool forward_;
};

/** Both normalised parts of the gates of one step, for all rows of a slice; `normal` is where its first kept row stands. */
static void normal_gates(const NormWeights& w, NormGroups groups, const SequenceShape& s, int gates, int rows, const float* x,
                         const float* entering, int padded, float* normal, size_t row) {
  const int panels = gates * padded / kPanel;
  const Term from_input{dense_rows(x, s.features, s.features), w.input};
  const Term from_state{dense_rows(entering, padded, s.units), w.recurrent};
  const size_t part = static_cast<size_t>(gates) * padded;
  product(&from_input, 1, rows, panels, {}, {normal, row, kPanel});
  product(&from_state, 1, rows, panels, {}, {normal + part, row, kPanel});
  for (int r = 0; r < rows; ++r) {
    float* const kept = normal + r * row;
    float* const factors = kept + row - kNormFactors;
    normalise_groups(kept, groups, s.units, padded, factors);
    normalise_groups(kept + part, groups, s.units, padded, factors + 2);
  }
}

/**
 * The way back through both normalisations of one row of the sequence. `input_gradient` and `state_gradient` are those of
 * the scaled parts; what reaches the products goes into the panels, and the state's part into the slice's `own` row too.
 */
struct NormBack {
  SequenceShape shape;
  NormGroups groups;
  int gates;
  int padded;
  const float* normal;
  float* input_panels;
  float* recurrent_panels;

  void row(const NormWeights& w, size_t sequence_row, const float* input_gradient, const float* state_gradient, float* own) const {
    const size_t part_size = static_cast<size_t>(gates) * padded;
    const size_t kept_row = norm_row(gates, padded);
    const float* const kept = normal + sequence_row * kept_row;
    const float* const factors = kept + kept_row - kNormFactors;
    part(input_gradient, w.input_scale, kept, factors, sequence_row, own, input_panels);
    part(state_gradient, w.recurrent_scale, kept + part_size, factors + 2, sequence_row, own, recurrent_panels);
  }

 private:
  void part(const float* gradient, const float* scale, const float* kept, const float* factors, size_t sequence_row, float* own,
            float* panels) const {
    const size_t sequence_rows = static_cast<size_t>(shape.batch) * shape.steps;
    const int columns = gates * padded;
    for (int at = 0; at < columns; at += kWidth) store(own + at, load(gradient + at) * load(scale + at));
    int at = 0;
    for (int g = 0; g < groups.count; ++g) {
      normalise_back(own + at, kept + at, factors[g], groups.gates[g], shape.units, padded);
      at += groups.gates[g] * padded;
    }
    for (int p = 0; p < columns / kPanel; ++p) {
      memcpy(panels + (p * sequence_rows + sequence_row) * kPanel, own + p * kPanel, sizeof(float) * kPanel);
    }
  }
};

/** Sums over the rows of the sequence of gradient times factor (1 where it is null), for kPanel columns of gate blocks. */
struct ColumnSums {
  const float* gradient;
  size_t gradient_row;
  const float* factor;
  size_t factor_row;
  float* result;  // [gates * units]

  void panel(int first, int rows, int units, int padded) const {
    const int unit = first % padded;
    float sums[kPanel] = {};
    for (int row = 0; row < rows; ++row) {
      const float* const g = gradient + row * gradient_row + first;
      const float* const f = factor ? factor + row * factor_row + first : nullptr;
      for (int v = 0; v < kPanel; v += kWidth) {
        const Vector value = f ? load(g + v) * load(f + v) : load(g + v);
        store(sums + v, load(sums + v) + value);
      }
    }
    const int count = smaller(kPanel, units - unit);
    for (int u = 0; u < count; ++u) result[first / padded * units + unit + u] = sums[u];
  }
};
