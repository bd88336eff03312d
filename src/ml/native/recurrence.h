/**
 * What the backward passes of all recurrent layers share: gate gradients of the whole sequence in panels, and from
 * them the gradients of the weights and of the input, as large products.
 *
 * A gate gradient panel holds kPanel columns for every row of the sequence; row t * batch + b. The recurrence writes it
 * in this layout, so the large products need no packing of it. Included only by kernels_isa.cc, inside its namespace.
 */

/** Rows of the sequence in one pass of a weight gradient: a panel of them and of the left side stay in the L1 cache. */
constexpr int kInnerBlock = 256;

/** Steps whose input projections are computed at once, before their recurrence: the two weight matrices together may
 * be larger than the cache. */
constexpr int kProjectedSteps = 8;

/**
 * Up to this size both matrices fit and the projection is simply the first term of each step's product. Processors with
 * AVX-512 have 1 MiB of L2 cache and more: two matrices of 128 units in it took 2 % less time than a projection apart.
 */
constexpr size_t kFusedFloats = (kWidth == 16 ? 160 : 80) * 1024;

/** Where the gates or cells of one step and kPanel units stand: rows of kPanel values, the next gate `gate` further. */
struct StepPanels {
  float* first;
  size_t gate;
};

/** How a batch is cut into slices, each of which one thread takes through all time steps. */
struct Slices {
  int batch;
  int count;
  int first(int slice) const { return static_cast<int>(static_cast<int64_t>(batch) * slice / count); }
  int rows(int slice) const { return first(slice + 1) - first(slice); }
  int most_rows() const { return (batch + count - 1) / count; }
};

/** Slices of at most 48 rows, whose states stay in the L2 cache; as many for each thread. Tiny work stays on one. */
static Slices slices_for(const SequenceShape& s, int gates) {
  const double products = static_cast<double>(s.batch) * s.steps * (s.features + s.units) * gates * s.units;
  const int threads = products < 1e6 ? 1 : thread_count();
  const int least = (s.batch + 47) / 48;
  return {s.batch, larger(1, smaller(s.batch, (least + threads - 1) / threads * threads))};
}

/**
 * A slice's own gate gradients are kept as rows, apart from the sequence's panels, for its recurrence: read from there
 * they took 25 % more time. The 16 floats between rows keep them off one another's places in the cache.
 */
SIGNAL_LAB_INLINE size_t own_row(int columns) { return columns + 16; }

/** Two steps' own gate gradients, and the gradients that reach one step's cell (or state) and hidden output. */
SIGNAL_LAB_INLINE size_t backward_scratch(int rows, int padded, int gates) {
  return Workspace::rounded(rows * (padded + kPanel + 2 * own_row(gates * padded)));
}

/** A slice's input of one step, row after row: in place the rows stand far apart, on one another's cache places. */
static void copy_step(const float* input, const SequenceShape& s, int first, int rows, int step, float* to) {
  for (int r = 0; r < rows; ++r) {
    memcpy(to + static_cast<size_t>(r) * s.features, input + (static_cast<size_t>(first + r) * s.steps + step) * s.features,
           sizeof(float) * s.features);
  }
}

/** A slice's rows of a state [batch, units] as rows of `padded`; the places behind the units are left as they are. */
static void take_state(const float* from, const SequenceShape& s, int first, int rows, int padded, float* to) {
  for (int r = 0; r < rows; ++r) {
    memcpy(to + static_cast<size_t>(r) * padded, from + static_cast<size_t>(first + r) * s.units, sizeof(float) * s.units);
  }
}

/** And back. */
static void give_state(const float* from, const SequenceShape& s, int first, int rows, int padded, float* to) {
  for (int r = 0; r < rows; ++r) {
    memcpy(to + static_cast<size_t>(first + r) * s.units, from + static_cast<size_t>(r) * padded, sizeof(float) * s.units);
  }
}

/** The state as the recurrent product reads it, [rows, padded]: where there is a mask, a copy times the mask. */
static const float* entering_state(const float* mask, const SequenceShape& s, int first, int rows, int padded,
                                   const float* hidden, float* copy) {
  if (!mask) return hidden;
  for (int r = 0; r < rows; ++r) {
    const float* const kept = mask + static_cast<size_t>(first + r) * s.units;
    for (int u = 0; u < s.units; ++u) copy[r * padded + u] = hidden[r * padded + u] * kept[u];
  }
  return copy;
}

/** The same on the way back, for `columns` units from `unit` of a gradient of [rows, stride]. */
static void mask_gradient(const float* mask, const SequenceShape& s, int first, int rows, int unit, int columns, float* gradient,
                          size_t stride) {
  if (!mask) return;
  const int count = smaller(columns, s.units - unit);
  for (int r = 0; r < rows; ++r) {
    const float* const kept = mask + static_cast<size_t>(first + r) * s.units + unit;
    for (int u = 0; u < count; ++u) gradient[r * stride + u] *= kept[u];
  }
}

/** Rows of one input projection: those of one step, or one example's in all steps. */
struct Projection {
  int step;
  int row;
  int count;
  bool by_step;  // the rows are steps
};

/** Cut `rows` examples by `steps` steps into projections of as many rows as there are of either: each reads all weights. */
template <typename Each>
SIGNAL_LAB_INLINE void for_each_projection(int rows, int steps, const Each& each) {
  if (rows < steps) {
    for (int row = 0; row < rows; ++row) each(Projection{0, row, steps, true});
  } else {
    for (int step = 0; step < steps; ++step) each(Projection{step, 0, rows, false});
  }
}

/** Packing reads and writes the weights once; where they are read only a few times it does not pay. */
SIGNAL_LAB_INLINE bool reads_weights_rarely(const SequenceShape& s) {
  return static_cast<int64_t>(s.steps) * ((s.batch + kRows - 1) / kRows) <= 4;
}

/** The left side of a weight gradient: rows of the sequence with a 1 behind them (for the bias), in panels of kRows. */
struct LeftPanels {
  float* packed;  // [count][sequence rows][kRows]
  int width;      // columns, the ones included
  int rows;       // batch * steps
};

SIGNAL_LAB_INLINE int left_panel_count(int width) { return (width + kRows - 1) / kRows; }
SIGNAL_LAB_INLINE size_t left_size(int width, size_t rows) { return static_cast<size_t>(left_panel_count(width)) * kRows * rows; }

/** Put a row of the sequence into the panels. `line` holds its values, and has room for whole panels. */
static void pack_left_row(const LeftPanels& left, size_t row, float* line) {
  const int panels = left_panel_count(left.width);
  line[left.width - 1] = 1.0f;
  for (int i = left.width; i < panels * kRows; ++i) line[i] = 0.0f;
  for (int p = 0; p < panels; ++p) {
    memcpy(left.packed + (static_cast<size_t>(p) * left.rows + row) * kRows, line + p * kRows, sizeof(float) * kRows);
  }
}

/** c [kRows, kPanel] += left panel, transposed, times right panel. */
static void tile_outer(const float* left, const float* right, int count, float* c) {
  Vector sum[kRows][kVectors];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) sum[r][v] = load(c + r * kPanel + v * kWidth);
  }
  for (int k = 0; k < count; ++k) {
    Vector b[kVectors];
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) b[v] = load(right + v * kWidth);
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) {
      const float a = left[r];
#pragma GCC unroll 16
      for (int v = 0; v < kVectors; ++v) sum[r][v] += a * b[v];
    }
    left += kRows;
    right += kPanel;
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < kVectors; ++v) store(c + r * kPanel + v * kWidth, sum[r][v]);
  }
}

/** Some panels of gate gradients as columns of weight gradients. */
struct WeightGradient {
  LeftPanels left;
  const float* panels;  // the first gate's panels of the sequence
  int gates;
  int units;
  int padded;
  int order[4];            // block of the result for each gate
  float* kernel_gradient;  // [left.width - 1, gates * units]
  float* bias_gradient;    // [gates * units], or null
};

/** Panels that one task takes: enough to reuse the left side while it is in the cache, few enough for every thread. */
static int panels_per_task(int panels, int threads) { return larger(1, smaller(4, panels / (2 * threads))); }

/** Columns of the panels first ... first + count - 1. */
static void weight_gradient(const WeightGradient& w, int first, int count, float* scratch) {
  const int tiles = left_panel_count(w.left.width);
  const size_t sums = static_cast<size_t>(tiles) * kRows * kPanel;
  memset(scratch, 0, sizeof(float) * sums * count);
  for (int k = 0; k < w.left.rows; k += kInnerBlock) {
    const int length = smaller(kInnerBlock, w.left.rows - k);
    for (int p = 0; p < count; ++p) {
      const float* right = w.panels + (static_cast<size_t>(first + p) * w.left.rows + k) * kPanel;
      for (int t = 0; t < tiles; ++t) {
        const float* left = w.left.packed + (static_cast<size_t>(t) * w.left.rows + k) * kRows;
        tile_outer(left, right, length, scratch + p * sums + t * kRows * kPanel);
      }
    }
  }
  for (int p = 0; p < count; ++p) {
    const int column = (first + p) * kPanel;
    const int unit = column % w.padded;
    const int columns = smaller(kPanel, w.units - unit);
    if (columns <= 0) continue;
    const size_t to = static_cast<size_t>(w.order[column / w.padded]) * w.units + unit;
    const float* from = scratch + p * sums;
    for (int m = 0; m < w.left.width - 1; ++m) {
      memcpy(w.kernel_gradient + m * static_cast<size_t>(w.gates) * w.units + to, from + m * kPanel, sizeof(float) * columns);
    }
    if (w.bias_gradient) memcpy(w.bias_gradient + to, from + (w.left.width - 1) * kPanel, sizeof(float) * columns);
  }
}

/** The gradient of the input: gate gradients times the transposed input weights. */
struct InputGradient {
  SequenceShape shape;
  const float* panels;  // the first gate's panels of the sequence
  int gates;
  int padded;
  const float* transposed;  // packed by pack_transposed_panel
  float* result;            // [batch, steps, features]
};

/** Rows of one task are those of one step, or, where the sequence is longer than the batch, of one example. */
SIGNAL_LAB_INLINE int input_gradient_tasks(const SequenceShape& s) { return smaller(s.batch, s.steps); }

static void input_gradient_task(const InputGradient& g, int task) {
  const SequenceShape& s = g.shape;
  const bool by_step = s.steps <= s.batch;
  const size_t first = by_step ? static_cast<size_t>(task) * s.batch : task;
  const size_t stride = by_step ? 1 : s.batch;
  const int rows = by_step ? s.batch : s.steps;
  const int columns = g.gates * g.padded;
  const size_t sequence_rows = static_cast<size_t>(s.batch) * s.steps;
  const Term term{{g.panels + first * kPanel, stride * kPanel, columns / kPanel, kPanel, sequence_rows * kPanel},
                  packed_panels(g.transposed, columns)};
  float* const to = g.result + static_cast<size_t>(task) * (by_step ? s.features : s.steps * s.features);
  product_columns(term, rows, s.features, to, by_step ? static_cast<size_t>(s.steps) * s.features : s.features);
}

/** What the left side of a weight gradient is made of. */
enum class LeftSide { kInput, kState, kBoth };

/**
 * The large products around a backward recurrence: before it the weights are transposed and the left sides packed, after
 * it the gradients of weights and input are made of the gate gradients that it left in panels.
 */
class BackwardProducts {
 public:
  struct Part {
    LeftSide side;
    WeightGradient gradient;  // all but `left` and `panels`
  };

  /** Of an LSTM or a GRU. */
  template <typename Backward>
  BackwardProducts(const Backward& b, GateMatrix input, GateMatrix recurrent, bool in_threads)
      : shape(b.shape),
        input_weights(input),
        recurrent_weights(recurrent),
        threaded(in_threads),
        input_(b.input),
        initial_hidden_(b.initial_hidden),
        output_(b.output),
        recurrent_mask_(b.recurrent_mask),
        input_gradient_(b.input_gradient) {}

  const SequenceShape shape;
  const GateMatrix input_weights;
  const GateMatrix recurrent_weights;
  const bool threaded;
  int part_count = 0;
  Part parts[2] = {};

  size_t floats() const {
    size_t total = transposed_size(recurrent_weights) + input_size() + line_size() * shape.steps;
    for (int p = 0; p < part_count; ++p) {
      total += Workspace::rounded(left_size(width(parts[p].side), rows())) + sums_size(p) * tasks();
    }
    return total;
  }

  void take(Workspace& workspace) {
    transposed = workspace.take(transposed_size(recurrent_weights));
    input_transposed_ = workspace.take(input_size());
    lines_ = workspace.take(line_size() * shape.steps);
    for (int p = 0; p < part_count; ++p) {
      const int columns = width(parts[p].side);
      parts[p].gradient.left = {workspace.take(left_size(columns, rows())), columns, rows()};
      sums_[p] = workspace.take(sums_size(p) * tasks());
    }
  }

  void prepare() const {
    const int recurrent_panels = transposed_panel_count(recurrent_weights);
    const int input_panels = input_gradient_ ? transposed_panel_count(input_weights) : 0;
    const auto task = [&](int index) {
      if (index < recurrent_panels) return pack_transposed_panel(recurrent_weights, index, transposed);
      index -= recurrent_panels;
      if (index < input_panels) return pack_transposed_panel(input_weights, index, input_transposed_);
      pack_step(index - input_panels);
    };
    parallel_or_not(threaded, recurrent_panels + input_panels + shape.steps, task);
  }

  /** `input_panels` are the gate gradients that reach the input, from the first gate on. */
  void finish(const float* input_panels) const {
    const InputGradient g{shape, input_panels, input_weights.gates, input_weights.padded, input_transposed_, input_gradient_};
    const int each = tasks();
    const auto task = [&](int index) {
      const int p = index / each;
      if (p >= part_count) return input_gradient_task(g, index - part_count * each);
      const int first = (index - p * each) * together();
      const int count = smaller(together(), panel_count(recurrent_weights) - first);
      weight_gradient(parts[p].gradient, first, count, sums_[p] + (index - p * each) * sums_size(p));
    };
    parallel_or_not(threaded, part_count * each + (input_gradient_ ? input_gradient_tasks(shape) : 0), task);
  }

  /** The recurrent weights, packed by pack_transposed_panel. */
  float* transposed = nullptr;

 private:
  int rows() const { return shape.batch * shape.steps; }
  int width(LeftSide side) const {
    return (side == LeftSide::kState ? 0 : shape.features) + (side == LeftSide::kInput ? 0 : shape.units) + 1;
  }
  int together() const { return panels_per_task(panel_count(recurrent_weights), threads_); }
  int tasks() const { return (panel_count(recurrent_weights) + together() - 1) / together(); }
  size_t input_size() const { return input_gradient_ ? transposed_size(input_weights) : 0; }
  size_t line_size() const { return Workspace::rounded(left_panel_count(width(LeftSide::kBoth)) * kRows); }
  size_t sums_size(int part) const {
    return Workspace::rounded(static_cast<size_t>(4) * left_panel_count(width(parts[part].side)) * kRows * kPanel);
  }

  /** The rows of one step into every part's left side. */
  void pack_step(size_t step) const {
    float* const line = lines_ + step * line_size();
    const size_t batch = shape.batch;
    for (size_t row = 0; row < batch; ++row) {
      const float* const x = input_ + (row * shape.steps + step) * shape.features;
      const float* const h = step > 0 ? output_ + (row * shape.steps + step - 1) * shape.units : initial_hidden_ + row * shape.units;
      for (int p = 0; p < part_count; ++p) {
        float* to = line;
        if (parts[p].side != LeftSide::kState) {
          memcpy(to, x, sizeof(float) * shape.features);
          to += shape.features;
        }
        if (parts[p].side != LeftSide::kInput) {
          memcpy(to, h, sizeof(float) * shape.units);
          mask_gradient(recurrent_mask_, shape, row, 1, 0, shape.units, to, 0);
        }
        pack_left_row(parts[p].gradient.left, step * batch + row, line);
      }
    }
  }

  /** Read once: sizes must not change while the call runs. */
  const int threads_ = thread_count();
  const float* const input_;
  const float* const initial_hidden_;
  const float* const output_;
  const float* const recurrent_mask_;
  float* const input_gradient_;  // or null
  float* input_transposed_ = nullptr;
  float* lines_ = nullptr;
  float* sums_[2] = {};
};

/**
 * A slice backward through all steps: the gradients that reach each step's output, then `gate_gradients(step, unit,
 * hidden_gradient, carried, sums)` for kPanel units from `unit`, which leaves in `sums` those of the `gates` recurrent sums,
 * and in `carried` what goes on to the step before past them. `scratch` holds backward_scratch floats.
 */
template <typename GateGradients>
SIGNAL_LAB_INLINE void backward_slice(const SequenceShape& s, const float* recurrent_mask, const float* transposed, int gates,
                                      int padded, int first, int rows, float* scratch, const GateGradients& gate_gradients) {
  const size_t row = own_row(gates * padded);
  float* const carried = scratch;
  float* const hidden_gradient = carried + static_cast<size_t>(rows) * padded;
  // Of two steps: the recurrence reads one step's while it writes the other's.
  float* sums = hidden_gradient + static_cast<size_t>(rows) * kPanel;
  float* later = sums + rows * row;
  memset(scratch, 0, sizeof(float) * rows * (padded + kPanel));
  for (int step = s.steps - 1; step >= 0; --step) {
    for (int unit = 0; unit < padded; unit += kPanel) {
      if (step + 1 < s.steps) {
        Term term{dense_rows(later, row, gates * padded), packed_panels(transposed, gates * padded)};
        term.panels.b += unit / kPanel * term.panels.panel_stride;
        product(&term, 1, rows, 1, {}, {hidden_gradient, kPanel, 0});
        mask_gradient(recurrent_mask, s, first, rows, unit, kPanel, hidden_gradient, kPanel);
      }
      gate_gradients(step, unit, hidden_gradient, carried, sums);
    }
    float* const swap = sums;
    sums = later;
    later = swap;
  }
}
