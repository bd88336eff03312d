/**
 * A linear map with few results at every step, as behind most recurrent networks. Included only by kernels_isa.cc, inside
 * its namespace.
 *
 * Rows are cut into one piece for each thread, as a recurrent layer cuts its batch: what it has just written is still in
 * the cache of the core that reads it here. A general product, which deals its rows out anew, took three times as long.
 */

/** Rows that are summed side by side, so that one chain of multiply-adds does not wait for itself. */
constexpr int kLinearRows = 8;

/** What each of `count` rows sums up to with one column of the kernel. A row's sum does not depend on its neighbours. */
static void linear_rows(const float* values, int count, int features, const float* column, float bias, float* result, int stride) {
  Vector sum[kLinearRows] = {};
  const float* row[kLinearRows];
  for (int r = 0; r < kLinearRows; ++r) row[r] = values + static_cast<size_t>(smaller(r, count - 1)) * features;
  int k = 0;
  for (; k + kWidth <= features; k += kWidth) {
    const Vector weights = load(column + k);
#pragma GCC unroll 8
    for (int r = 0; r < kLinearRows; ++r) sum[r] += load(row[r] + k) * weights;
  }
  if (k < features) {
    const Vector weights = load_some(column + k, features - k);
    for (int r = 0; r < kLinearRows; ++r) sum[r] += load_some(row[r] + k, features - k) * weights;
  }
  for (int r = 0; r < count; ++r) {
    float total = bias;
    for (int lane = 0; lane < kWidth; ++lane) total += sum[r][lane];
    result[r * stride] = total;
  }
}

static void linear(const Linear& l) {
  Workspace workspace(Workspace::rounded(static_cast<size_t>(l.outputs) * l.features));
  float* const columns = workspace.take(static_cast<size_t>(l.outputs) * l.features);
  for (int k = 0; k < l.features; ++k) {
    for (int o = 0; o < l.outputs; ++o) columns[static_cast<size_t>(o) * l.features + k] = l.kernel[static_cast<size_t>(k) * l.outputs + o];
  }
  const bool threaded = static_cast<int64_t>(l.rows) * l.features * l.outputs > 1 << 16;
  const int pieces = threaded ? smaller(l.rows, thread_count()) : 1;
  const auto piece = [&](int index) {
    const int64_t end = static_cast<int64_t>(l.rows) * (index + 1) / pieces;
    for (int64_t row = static_cast<int64_t>(l.rows) * index / pieces; row < end; row += kLinearRows) {
      const int count = static_cast<int>(end - row < kLinearRows ? end - row : kLinearRows);
      for (int o = 0; o < l.outputs; ++o) {
        linear_rows(l.values + row * l.features, count, l.features, columns + static_cast<size_t>(o) * l.features, l.bias[o],
                    l.result + row * l.outputs + o, l.outputs);
      }
    }
  };
  parallel_or_not(threaded, pieces, piece);
}
