/**
 * Matrix products on packed panels, and the packing.
 *
 * A panel is kPanel columns of the right-hand matrix, row after row, so that a tile of kRows x kPanel results stays in
 * registers while it reads one short line for each row of the panel. Each result is one chain of multiply-adds in the
 * order of the inner index, whatever the tile's size, so splitting rows or columns among threads changes no bit.
 * Included only by kernels_isa.cc, inside its namespace.
 */

/** Rows of a panel that are used for all rows of the left side before the next: 16 KiB with panels of 16 columns. */
constexpr int kInnerPiece = 256;

/** Rows of a left-hand matrix: element (row, k) is a[row * row_stride + (k / length) * segment_stride + k % length]. */
struct Rows {
  const float* a;
  size_t row_stride;
  int segments;
  int length;
  size_t segment_stride;
};

SIGNAL_LAB_INLINE Rows dense_rows(const float* a, size_t row_stride, int length) { return {a, row_stride, 1, length, 0}; }

/** Panels of a right-hand matrix: row k of panel p starts at b[p * panel_stride + k * step]. */
struct Panels {
  const float* b;
  size_t panel_stride;
  size_t step;
};

/** One term of a sum of products. */
struct Term {
  Rows rows;
  Panels panels;
};

/** Where results go: element (row, column of panel p) is c[row * row_stride + p * panel_stride + column]. */
struct Target {
  float* c;
  size_t row_stride;
  size_t panel_stride;
};

/** What results start from; a row stride of 0 repeats one row (a bias). Null starts from zero. */
struct Start {
  const float* c;
  size_t row_stride;
  size_t panel_stride;
};

template <int R, int P>
SIGNAL_LAB_INLINE void accumulate(Vector (&sum)[R][P * kVectors], const float* a, size_t row_stride, const float* b,
                                  size_t panel_stride, size_t step, int count) {
  for (int k = 0; k < count; ++k) {
    Vector right[P * kVectors];
#pragma GCC unroll 16
    for (int v = 0; v < P * kVectors; ++v) right[v] = load(b + (v / kVectors) * panel_stride + (v % kVectors) * kWidth);
#pragma GCC unroll 16
    for (int r = 0; r < R; ++r) {
      const float left = a[r * row_stride + k];
#pragma GCC unroll 16
      for (int v = 0; v < P * kVectors; ++v) sum[r][v] += left * right[v];
    }
    b += step;
  }
}

/** R rows by P panels: the sum of the terms. */
template <int R, int P>
static void tile(const Term* terms, int term_count, int row, int panel, Start start, Target target) {
  Vector sum[R][P * kVectors];
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < P * kVectors; ++v) {
      const size_t at = (row + r) * start.row_stride + (panel + v / kVectors) * start.panel_stride + (v % kVectors) * kWidth;
      sum[r][v] = start.c ? load(start.c + at) : Vector{};
    }
  }
  for (int t = 0; t < term_count; ++t) {
    const Rows& rows = terms[t].rows;
    const Panels& panels = terms[t].panels;
    const float* a = rows.a + row * rows.row_stride;
    const float* b = panels.b + panel * panels.panel_stride;
    for (int s = 0; s < rows.segments; ++s) {
      accumulate<R, P>(sum, a, rows.row_stride, b, panels.panel_stride, panels.step, rows.length);
      a += rows.segment_stride;
      b += rows.length * panels.step;
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < R; ++r) {
#pragma GCC unroll 16
    for (int v = 0; v < P * kVectors; ++v) {
      const size_t at = (row + r) * target.row_stride + (panel + v / kVectors) * target.panel_stride + (v % kVectors) * kWidth;
      store(target.c + at, sum[r][v]);
    }
  }
}

/** tile<rows, 1> for a row count known only now. */
template <int R = kRows>
SIGNAL_LAB_INLINE void tile_rows(int rows, const Term* terms, int term_count, int row, int panel, Start start, Target target) {
  if constexpr (R > 0) {
    if (rows == R) return tile<R, 1>(terms, term_count, row, panel, start, target);
    tile_rows<R - 1>(rows, terms, term_count, row, panel, start, target);
  }
}

/** Few rows have too few sums in flight to hide a multiply-add's latency: they take `P` panels at a time. */
template <int R, int P>
static void product_few_rows(const Term* terms, int term_count, int panels, Start start, Target target) {
  int panel = 0;
  for (; panel + P <= panels; panel += P) tile<R, P>(terms, term_count, 0, panel, start, target);
  for (; panel < panels; ++panel) tile<R, 1>(terms, term_count, 0, panel, start, target);
}

/** Rows by panels. Rows are shared out evenly over the tiles: a thin last tile would wait for its own sums. */
static void product(const Term* terms, int term_count, int rows, int panels, Start start, Target target) {
  if (rows == 1 && panels == 3) return product_few_rows<1, 3>(terms, term_count, panels, start, target);
  if (rows == 1) return product_few_rows<1, 4>(terms, term_count, panels, start, target);
  if (rows == 2) return product_few_rows<2, 2>(terms, term_count, panels, start, target);
  if (rows == 3) return product_few_rows<3, 2>(terms, term_count, panels, start, target);
  const int tiles = (rows + kRows - 1) / kRows;
  for (int panel = 0; panel < panels; ++panel) {
    for (int t = 0; t < tiles; ++t) {
      const int first = rows * t / tiles;
      tile_rows(rows * (t + 1) / tiles - first, terms, term_count, first, panel, start, target);
    }
  }
}

/** The same with one term of a long inner index, in pieces whose panel stays in the L1 cache for all rows. */
static void product_in_pieces(Term term, int rows, int panels, Target target) {
  const int whole = larger(1, kInnerPiece / term.rows.length);
  Start start{};
  for (int left = term.rows.segments; left > 0; left -= whole) {
    term.rows.segments = smaller(left, whole);
    product(&term, 1, rows, panels, start, target);
    term.rows.a += whole * term.rows.segment_stride;
    term.panels.b += whole * term.rows.length * term.panels.step;
    start = {target.c, target.row_stride, target.panel_stride};
  }
}

/** A product whose last panel is only partly wanted: `columns` of c's rows are written and nothing behind them. */
static void product_columns(const Term& term, int rows, int columns, float* c, size_t row_stride) {
  const int whole = columns / kPanel;
  product_in_pieces(term, rows, whole, {c, row_stride, kPanel});
  if (whole * kPanel == columns) return;
  float last[kPanel * kRows];
  Term rest = term;
  rest.panels.b += whole * rest.panels.panel_stride;
  for (int row = 0; row < rows; row += kRows) {
    const int count = smaller(kRows, rows - row);
    product(&rest, 1, count, 1, {}, {last, kPanel, kPanel});
    rest.rows.a += kRows * rest.rows.row_stride;
    for (int r = 0; r < count; ++r) {
      for (int j = whole * kPanel; j < columns; ++j) c[(row + r) * row_stride + j] = last[r * kPanel + j - whole * kPanel];
    }
  }
}

/** A matrix whose columns are `gates` blocks of `units`; packed, each block is padded with zeros to `padded` columns. */
struct GateMatrix {
  const float* weights;  // [rows, gates * units]
  int rows;
  int gates;
  int units;
  int padded;
  /** Which block of the matrix becomes the packed block of each number. */
  int order[4];
};

SIGNAL_LAB_INLINE int panel_count(const GateMatrix& m) { return m.gates * (m.padded / kPanel); }
SIGNAL_LAB_INLINE size_t packed_size(const GateMatrix& m) { return static_cast<size_t>(m.gates) * m.padded * m.rows; }
SIGNAL_LAB_INLINE int transposed_panel_count(const GateMatrix& m) { return (m.rows + kPanel - 1) / kPanel; }
SIGNAL_LAB_INLINE size_t transposed_size(const GateMatrix& m) {
  return static_cast<size_t>(m.gates) * m.padded * round_up(m.rows, kPanel);
}
SIGNAL_LAB_INLINE Panels packed_panels(const float* packed, int rows) {
  return {packed, static_cast<size_t>(rows) * kPanel, kPanel};
}

static void pack_panel(const GateMatrix& m, int panel, float* packed) {
  const int first = panel * kPanel % m.padded;
  const float* from = m.weights + m.order[panel * kPanel / m.padded] * m.units + first;
  float* to = packed + static_cast<size_t>(panel) * m.rows * kPanel;
  const int count = m.units - first;
  for (int k = 0; k < m.rows; ++k) {
    for (int v = 0; v < kVectors; ++v) store(to + v * kWidth, load_some(from + v * kWidth, count - v * kWidth));
    from += m.gates * m.units;
    to += kPanel;
  }
}

/** Panels of the transposed matrix: kPanel of its rows become columns, its padded columns the inner index. */
static void pack_transposed_panel(const GateMatrix& m, int panel, float* packed) {
  const int columns = smaller(kPanel, m.rows - panel * kPanel);
  const size_t stride = static_cast<size_t>(m.gates) * m.units;
  float* const to = packed + static_cast<size_t>(panel) * m.gates * m.padded * kPanel;
  memset(to, 0, sizeof(float) * m.gates * m.padded * kPanel);
  for (int gate = 0; gate < m.gates; ++gate) {
    for (int u0 = 0; u0 < m.units; u0 += 16) {  // 16 at a time: whole lines are read, and written while still near
      const int u1 = smaller(u0 + 16, m.units);
      for (int j = 0; j < columns; ++j) {
        const float* from = m.weights + (panel * kPanel + j) * stride + m.order[gate] * m.units;
        for (int u = u0; u < u1; ++u) to[(static_cast<size_t>(gate) * m.padded + u) * kPanel + j] = from[u];
      }
    }
  }
}

/** Zero-padded copy of a vector of gate blocks. */
static void pad_gates(const float* from, int gates, int units, int padded, float* to) {
  memset(to, 0, sizeof(float) * gates * padded);
  for (int gate = 0; gate < gates; ++gate) memcpy(to + gate * padded, from + gate * units, sizeof(float) * units);
}
