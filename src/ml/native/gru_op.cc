/** SignalLabGru and SignalLabGruGrad: the GRU kernels as TensorFlow operations. Checks shapes, computes nothing. */
#include "kernels.h"
#include "op.h"
#include "operations.h"

namespace signal_lab {
namespace {

SequenceShape checked_shape(Call& call) {
  const Shape input = call.shape(0);
  const Shape hidden = call.shape(1);
  if (input.size() != 3) throw OpError("input must have three dimensions: batch, steps, features");
  if (hidden.size() != 2) throw OpError("initial_hidden must have two dimensions: batch, units");
  const int64_t units = hidden[1];
  if (input[0] < 1 || input[1] < 1 || input[2] < 1 || units < 1) throw OpError("batch, steps, features and units must be at least 1");
  call.expect(1, "initial_hidden", {input[0], units});
  call.expect(2, "kernel", {input[2], 3 * units});
  call.expect(3, "recurrent_kernel", {units, 3 * units});
  call.expect(4, "bias", {3 * units});
  call.expect(5, "recurrent_bias", {3 * units});
  return {static_cast<int>(input[0]), static_cast<int>(input[1]), static_cast<int>(input[2]), static_cast<int>(units)};
}

Shape gates_shape(const SequenceShape& s) { return {s.steps, 4, kernels().padded_units(s.units), s.batch}; }

class Gru {
 public:
  explicit Gru(TF_OpKernelConstruction* construction) : keep_(bool_attribute(construction, "keep")) {}

  void compute(Call& call) const {
    const SequenceShape s = checked_shape(call);
    GruForward forward{s};
    forward.input = call.floats(0);
    forward.initial_hidden = call.floats(1);
    forward.kernel = call.floats(2);
    forward.recurrent_kernel = call.floats(3);
    forward.bias = call.floats(4);
    forward.recurrent_bias = call.floats(5);
    forward.output = call.output(0, {s.batch, s.steps, s.units});
    forward.final_hidden = call.output(1, {s.batch, s.units});
    if (keep_) {
      forward.gates = call.output(2, gates_shape(s));
    } else {
      call.no_output(2);
    }
    kernels().gru_forward(forward);
  }

 private:
  const bool keep_;
};

class GruGrad {
 public:
  explicit GruGrad(TF_OpKernelConstruction* construction)
      : need_input_gradient_(bool_attribute(construction, "need_input_gradient")) {}

  void compute(Call& call) const {
    const SequenceShape s = checked_shape(call);
    call.expect(6, "output", {s.batch, s.steps, s.units});
    call.expect(7, "gates", gates_shape(s));
    call.expect(8, "output_gradient", {s.batch, s.steps, s.units});
    GruBackward backward{s};
    backward.input = call.floats(0);
    backward.initial_hidden = call.floats(1);
    backward.kernel = call.floats(2);
    backward.recurrent_kernel = call.floats(3);
    backward.output = call.floats(6);
    backward.gates = call.floats(7);
    backward.output_gradient = call.floats(8);
    if (need_input_gradient_) {
      backward.input_gradient = call.output(0, {s.batch, s.steps, s.features});
    } else {
      call.no_output(0);
    }
    backward.kernel_gradient = call.output(1, {s.features, 3 * s.units});
    backward.recurrent_kernel_gradient = call.output(2, {s.units, 3 * s.units});
    backward.bias_gradient = call.output(3, {3 * s.units});
    backward.recurrent_bias_gradient = call.output(4, {3 * s.units});
    kernels().gru_backward(backward);
  }

 private:
  const bool need_input_gradient_;
};

}  // namespace

void register_gru() {
  register_operation<Gru>({"SignalLabGru",
                           {"keep: bool"},
                           {"input: float", "initial_hidden: float", "kernel: float", "recurrent_kernel: float",
                            "bias: float", "recurrent_bias: float"},
                           {"output: float", "final_hidden: float", "gates: float"}});
  register_operation<GruGrad>(
      {"SignalLabGruGrad",
       {"need_input_gradient: bool"},
       {"input: float", "initial_hidden: float", "kernel: float", "recurrent_kernel: float", "bias: float",
        "recurrent_bias: float", "output: float", "gates: float", "output_gradient: float"},
       {"input_gradient: float", "kernel_gradient: float", "recurrent_kernel_gradient: float", "bias_gradient: float",
        "recurrent_bias_gradient: float"}});
}

}  // namespace signal_lab
