/** Clipping by the global norm and Adam in two passes over memory. Included only by kernels_isa.cc, inside its namespace. */

constexpr int64_t kAdamBlock = 1 << 13;

/** Sum of squares of at most kAdamBlock values: 16 running sums, in double so that squares of any float fit. */
static double sum_of_squares(const float* values, int count) {
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
  const float decay = static_cast<float>(a.weight_decay);
  const float new_first = static_cast<float>(1.0 - a.beta1);
  const float beta2 = static_cast<float>(a.beta2);
  const float new_second = static_cast<float>(1.0 - a.beta2);
  const float rate = static_cast<float>(a.learning_rate / (1.0 - pow(a.beta1, a.step)));
  const float correction = static_cast<float>(sqrt(1.0 - pow(a.beta2, a.step)));
  const float epsilon = static_cast<float>(a.epsilon);
  const auto update = [&](int block) {
    const int64_t end = block * kAdamBlock + count_of(block);
    for (int64_t i = block * kAdamBlock; i < end; ++i) {
      const float p = a.parameters[i];
      const float g = a.gradient[i] * scale + decay * p;
      const float m = a.first_moment[i] + (g - a.first_moment[i]) * new_first;
      const float v = a.second_moment[i] * beta2 + g * g * new_second;
      a.new_first_moment[i] = m;
      a.new_second_moment[i] = v;
      a.new_parameters[i] = p - rate * m / (__builtin_sqrtf(v) / correction + epsilon);
    }
  };
  parallel_or_not(blocks > 1, blocks, update);
}
