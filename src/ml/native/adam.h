/** Clipping by the global norm and Adam in two passes over memory. Included only by kernels_isa.cc, inside its namespace. */

constexpr int64_t kAdamBlock = 1 << 13;

/** Sum of squares of at most kAdamBlock values: 16 running sums, in double so that squares of any float fit. */
static __attribute__((noinline)) double sum_of_squares(const float* values, int count) {
  double sums[16] = {};
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    for (int lane = 0; lane < 16; ++lane) sums[lane] += static_cast<double>(values[i + lane]) * values[i + lane];
  }
  for (int lane = 0; i < count; ++i, ++lane) sums[lane] += static_cast<double>(values[i]) * values[i];
  double total = 0;
  for (int lane = 0; lane < 16; ++lane) total += sums[lane];
  return total;
}

/** A step's settings as the floats that its inner loop needs. */
struct AdamStep {
  float scale;  // of the gradient, from clipping
  float decay;
  float new_first;
  float beta2;
  float new_second;
  float rate;
  float correction;
  float epsilon;
};

/** A function of its own, as in dropout.h, so that the compiler sees pointers that do not meet. */
static __attribute__((noinline)) void adam_block(const float* __restrict parameters, const float* __restrict gradient,
                                                 const float* __restrict first_moment, const float* __restrict second_moment,
                                                 float* __restrict new_parameters, float* __restrict new_first_moment,
                                                 float* __restrict new_second_moment, int count, AdamStep s) {
  for (int i = 0; i < count; ++i) {
    const float p = parameters[i];
    const float g = gradient[i] * s.scale + s.decay * p;
    const float m = first_moment[i] + (g - first_moment[i]) * s.new_first;
    const float v = second_moment[i] * s.beta2 + g * g * s.new_second;
    new_first_moment[i] = m;
    new_second_moment[i] = v;
    new_parameters[i] = p - s.rate * m / (__builtin_sqrtf(v) / s.correction + s.epsilon);
  }
}

static void adam(const Adam& a) {
  const int blocks = static_cast<int>((a.size + kAdamBlock - 1) / kAdamBlock);
  const auto count_of = [&](int block) {
    const int64_t left = a.size - block * kAdamBlock;
    return static_cast<int>(left < kAdamBlock ? left : kAdamBlock);
  };
  Workspace workspace(2 * static_cast<size_t>(blocks) + 2);
  double* const squares = reinterpret_cast<double*>(workspace.take(2 * static_cast<size_t>(blocks)));
  const auto measure = [&](int block) { squares[block] = sum_of_squares(a.gradient + block * kAdamBlock, count_of(block)); };
  parallel_or_not(blocks > 1, blocks, measure);
  double total = 0;
  for (int block = 0; block < blocks; ++block) total += squares[block];
  const double norm = sqrt(total);
  *a.gradient_norm = static_cast<float>(norm);

  // A NaN norm passes on to the parameters, as it does in PyTorch.
  const double wanted = a.clip_norm / (norm + 1e-6);
  const float scale = static_cast<float>(wanted > 1.0 || a.clip_norm == INFINITY ? 1.0 : wanted);
  const AdamStep step{scale,
                      static_cast<float>(a.weight_decay),
                      static_cast<float>(1.0 - a.beta1),
                      static_cast<float>(a.beta2),
                      static_cast<float>(1.0 - a.beta2),
                      static_cast<float>(a.learning_rate / (1.0 - pow(a.beta1, a.step))),
                      static_cast<float>(sqrt(1.0 - pow(a.beta2, a.step))),
                      static_cast<float>(a.epsilon)};
  const auto update = [&](int block) {
    const int64_t at = block * kAdamBlock;
    adam_block(a.parameters + at, a.gradient + at, a.first_moment + at, a.second_moment + at, a.new_parameters + at,
               a.new_first_moment + at, a.new_second_moment + at, count_of(block), step);
  };
  parallel_or_not(blocks > 1, blocks, update);
}
