/**
 * A linear recurrence on complex numbers, x(t) = factor x(t-1) + values(t), forwards or from the end. Included only by
 * kernels_isa.cc, inside its namespace.
 *
 * Each stream of the batch is a task of its own; within one the units lie side by side, so that they vectorise.
 */

/** A function of its own with pointers that do not meet, so that the compiler vectorises it. */
static __attribute__((noinline)) void scan_step(const float* __restrict values, const float* __restrict factor, const float* __restrict before,
                                                float* __restrict after, int units) {
  for (int i = 0; i < units; ++i) {
    const float real = before[i];
    const float imaginary = before[units + i];
    after[i] = values[i] + factor[i] * real - factor[units + i] * imaginary;
    after[units + i] = values[units + i] + factor[i] * imaginary + factor[units + i] * real;
  }
}

static void scan(const Scan& s) {
  const int64_t row = 2 * static_cast<int64_t>(s.units);
  const auto stream = [&](int index) {
    const float* before = s.initial + index * row;
    for (int step = 0; step < s.steps; ++step) {
      const int place = s.backward ? s.steps - 1 - step : step;
      const int64_t at = (static_cast<int64_t>(index) * s.steps + place) * row;
      scan_step(s.values + at, s.factor, before, s.result + at, s.units);
      before = s.result + at;
    }
  };
  parallel_or_not(s.batch * s.steps * row > 1 << 15, s.batch, stream);
}
