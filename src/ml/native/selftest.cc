/**
 * A program that puts every kernel through many shapes, instruction sets and thread counts, for the compiler's
 * sanitizers. Buffers have exactly the size that the interface promises. Values are only compared with each other: the
 * tests in TypeScript hold them to PyTorch. Ends with 0, or says what differed. `selftest N sums` prints the sum of every
 * result of N shapes too, so that two processors can be compared.
 */
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "kernels.h"
#include "threads.h"

using namespace signal_lab;

namespace {

using Floats = std::vector<float>;

struct Results {
  std::vector<Floats> values;
  Floats& add(size_t size) {
    values.emplace_back(size);
    return values.back();
  }
};

class Case {
 public:
  Case(SequenceShape shape, unsigned seed) : shape_(shape), generator_(seed) {
    const size_t b = shape.batch, t = shape.steps, f = shape.features, h = shape.units;
    input = random(b * t * f);
    hidden = random(b * h);
    cell = random(b * h);
    kernel = random((f + h) * 4 * h);
    bias = random(4 * h);
    recurrent_kernel = random(h * 3 * h);
    recurrent_bias = random(3 * h);
    gradient = random(b * t * h);
    mask = random(b * h);
    scale = random(4 * h);
    recurrent_scale = random(4 * h);
    // A recurrence is chaotic where its weights are large: after some steps no two instruction sets agree then.
    for (float& value : kernel) value /= std::sqrt(static_cast<float>(f + h));
    for (float& value : recurrent_kernel) value /= std::sqrt(static_cast<float>(h));
    for (float& value : recurrent_scale) value *= 0.3f;
  }

  Results run() const {
    Results results;
    results.values.reserve(64);
    for (const bool options : {false, true}) {
      lstm(results, true, options);
      lstm(results, false, options);
      gru(results, true, options);
      gru(results, false, options);
    }
    others(results);
    return results;
  }

 private:
  Floats random(size_t size) {
    std::uniform_real_distribution<float> values(-1, 1);
    Floats result(size);
    for (float& value : result) value = values(generator_);
    return result;
  }

  /** With `options` a recurrent mask and layer normalisation. */
  void lstm(Results& results, bool full, bool options) const {
    const size_t b = shape_.batch, t = shape_.steps, f = shape_.features, h = shape_.units;
    const size_t padded = kernels().padded_units(shape_.units);
    Floats gates(full ? t * b * 4 * padded : 0), cells(full ? t * b * padded : 0);
    Floats normal(full && options ? t * b * kernels().normal_row(4, shape_.units) : 0);
    const Floats cell_scale(scale.begin(), scale.begin() + h);
    LstmForward forward{};
    forward.shape = shape_;
    forward.input = input.data();
    forward.initial_hidden = hidden.data();
    forward.initial_cell = cell.data();
    forward.kernel = kernel.data();
    forward.bias = bias.data();
    if (options) {
      forward.recurrent_mask = mask.data();
      forward.norm = {scale.data(), recurrent_scale.data(), cell_scale.data(), cell_scale.data()};
      forward.normal = full ? normal.data() : nullptr;
    }
    forward.output = results.add(b * t * h).data();
    forward.final_hidden = results.add(b * h).data();
    forward.final_cell = results.add(b * h).data();
    forward.gates = full ? gates.data() : nullptr;
    forward.cells = full ? cells.data() : nullptr;
    kernels().lstm_forward(forward);
    if (!full) return;
    LstmBackward backward{};
    backward.shape = shape_;
    backward.recurrent_mask = forward.recurrent_mask;
    backward.norm = forward.norm;
    backward.normal = forward.normal;
    backward.input = input.data();
    backward.initial_hidden = hidden.data();
    backward.initial_cell = cell.data();
    backward.kernel = kernel.data();
    backward.output = forward.output;
    backward.gates = gates.data();
    backward.cells = cells.data();
    backward.output_gradient = gradient.data();
    backward.input_gradient = results.add(b * t * f).data();
    backward.kernel_gradient = results.add((f + h) * 4 * h).data();
    backward.bias_gradient = results.add(4 * h).data();
    if (options) {
      backward.norm_gradient = {results.add(4 * h).data(), results.add(4 * h).data(), results.add(h).data(), results.add(h).data()};
    }
    kernels().lstm_backward(backward);
    backward.input_gradient = nullptr;
    kernels().lstm_backward(backward);
  }

  void gru(Results& results, bool full, bool options) const {
    const size_t b = shape_.batch, t = shape_.steps, f = shape_.features, h = shape_.units;
    const size_t padded = kernels().padded_units(shape_.units);
    Floats gates(full ? t * b * 4 * padded : 0);
    Floats normal(full && options ? t * b * kernels().normal_row(3, shape_.units) : 0);
    const Floats gate_scale(scale.begin(), scale.begin() + 3 * h);
    const Floats state_scale(recurrent_scale.begin(), recurrent_scale.begin() + 3 * h);
    const Floats input_kernel(kernel.begin(), kernel.begin() + f * 3 * h);
    const Floats input_bias(bias.begin(), bias.begin() + 3 * h);
    GruForward forward{};
    forward.shape = shape_;
    forward.input = input.data();
    forward.initial_hidden = hidden.data();
    forward.kernel = input_kernel.data();
    forward.recurrent_kernel = recurrent_kernel.data();
    forward.bias = input_bias.data();
    forward.recurrent_bias = recurrent_bias.data();
    if (options) {
      forward.recurrent_mask = mask.data();
      forward.norm = {gate_scale.data(), state_scale.data(), nullptr, nullptr};
      forward.normal = full ? normal.data() : nullptr;
    }
    forward.output = results.add(b * t * h).data();
    forward.final_hidden = results.add(b * h).data();
    forward.gates = full ? gates.data() : nullptr;
    kernels().gru_forward(forward);
    if (!full) return;
    GruBackward backward{};
    backward.shape = shape_;
    backward.recurrent_mask = forward.recurrent_mask;
    backward.norm = forward.norm;
    backward.normal = forward.normal;
    backward.input = input.data();
    backward.initial_hidden = hidden.data();
    backward.kernel = input_kernel.data();
    backward.recurrent_kernel = recurrent_kernel.data();
    backward.output = forward.output;
    backward.gates = gates.data();
    backward.output_gradient = gradient.data();
    backward.input_gradient = results.add(b * t * f).data();
    backward.kernel_gradient = results.add(f * 3 * h).data();
    backward.recurrent_kernel_gradient = results.add(h * 3 * h).data();
    backward.bias_gradient = results.add(3 * h).data();
    backward.recurrent_bias_gradient = results.add(3 * h).data();
    if (options) backward.norm_gradient = {results.add(3 * h).data(), results.add(3 * h).data(), nullptr, nullptr};
    kernels().gru_backward(backward);
    backward.input_gradient = nullptr;
    kernels().gru_backward(backward);
  }

  void others(Results& results) const {
    const int64_t size = static_cast<int64_t>(kernel.size());
    Floats& dropped = results.add(size);
    kernels().dropout({size, kernel.data(), dropped.data(), 0.3f, {5, 6}});
    Floats squares(kernel);
    for (float& value : squares) value *= value;
    Floats& parameters = results.add(size);
    Floats& first = results.add(size);
    Floats& second = results.add(size);
    float* const norm = results.add(1).data();
    kernels().adam({size, kernel.data(), dropped.data(), kernel.data(), squares.data(), parameters.data(), first.data(),
                    second.data(), norm, 3, 1e-3, 0.9, 0.999, 1e-8, 0.01, 1.0});
    const int rows = shape_.batch * shape_.steps, outputs = 3;
    Floats& mapped = results.add(static_cast<size_t>(rows) * outputs);
    kernels().linear({rows, shape_.features, outputs, input.data(), kernel.data(), bias.data(), mapped.data()});
  }

  SequenceShape shape_;
  std::mt19937 generator_;
  Floats input, hidden, cell, kernel, bias, recurrent_kernel, recurrent_bias, gradient, mask, scale, recurrent_scale;
};

bool same_bits(const Results& a, const Results& b) {
  for (size_t i = 0; i < a.values.size(); ++i) {
    if (std::memcmp(a.values[i].data(), b.values[i].data(), a.values[i].size() * sizeof(float)) != 0) return false;
  }
  return true;
}

bool close(const Results& a, const Results& b) {
  for (size_t i = 0; i < a.values.size(); ++i) {
    for (size_t k = 0; k < a.values[i].size(); ++k) {
      const float difference = std::fabs(a.values[i][k] - b.values[i][k]);
      if (!(difference <= 1e-3f * (1 + std::fabs(b.values[i][k])))) return false;
    }
  }
  return true;
}

void print_sums(const Results& results) {
  for (const Floats& values : results.values) {
    double sum = 0;
    for (const float value : values) sum += std::fabs(value);
    std::printf("%.6e ", sum / static_cast<double>(values.size()));
  }
  std::printf("\n");
}

[[noreturn]] void fail(const char* what, SequenceShape s, const char* set) {
  std::fprintf(stderr, "%s: batch %d, steps %d, features %d, units %d, %s\n", what, s.batch, s.steps, s.features, s.units, set);
  std::exit(1);
}

/** Two callers at once, as two workers of one process would be: one gets the pool, the other computes alone. */
void run_from_two_threads(const Case& tested, const Results& expected, SequenceShape shape, const char* set) {
  std::atomic<bool> same{true};
  const auto call = [&] {
    for (int i = 0; i < 3; ++i) {
      if (!same_bits(tested.run(), expected)) same = false;
    }
  };
  std::thread other(call);
  call();
  other.join();
  if (!same) fail("two callers at once changed a result", shape, set);
}

}  // namespace

int main(int count, char** arguments) {
  const int cases = count > 1 ? std::atoi(arguments[1]) : 30;
  const bool sums = count > 2 && std::strcmp(arguments[2], "sums") == 0;
  std::mt19937 generator(7);
  const auto size = [&](int most) {
    return static_cast<int>(std::exp(std::uniform_real_distribution<double>(0, std::log(most + 0.99))(generator)));
  };
  int set_count = 0;
  const char* const* sets = supported_instruction_sets(&set_count);
  for (int i = 0; i < cases; ++i) {
    const SequenceShape shape = i == 0   ? SequenceShape{257, 3, 2, 33}
                                : i == 1 ? SequenceShape{1, 70, 131, 65}
                                : i == 2 ? SequenceShape{49, 9, 40, 128}
                                         : SequenceShape{size(70), size(20), size(70), size(70)};
    const Case tested(shape, i);
    std::unique_ptr<Results> first;
    for (int s = 0; s < set_count; ++s) {
      choose_instruction_set(sets[s]);
      set_thread_count(1);
      const Results alone = tested.run();
      for (const int threads : {2, 3, 5}) {
        set_thread_count(threads);
        if (!same_bits(tested.run(), alone)) fail("the number of threads changed a result", shape, sets[s]);
      }
      if (i % 10 == 2) run_from_two_threads(tested, alone, shape, sets[s]);
      if (!first) {
        first = std::make_unique<Results>(alone);
        if (sums) print_sums(alone);
      } else if (!close(alone, *first)) {
        fail("two instruction sets disagree", shape, sets[s]);
      }
    }
  }
  std::printf("%d shapes, %d instruction sets: same\n", cases, set_count);
  return 0;
}
