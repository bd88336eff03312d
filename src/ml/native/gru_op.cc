/** SignalLabGru and SignalLabGruGrad: the GRU kernels as TensorFlow operations. Checks shapes, computes nothing. */
#include "operations.h"
#include "recurrent_op.h"

namespace signal_lab {
namespace {

constexpr int kGates = 3;

/** Operands 2 to 5, which both operations have. */
void expect_weights(Call& call, const SequenceShape& s) {
  const int64_t columns = static_cast<int64_t>(kGates) * s.units;
  call.expect(2, "kernel", {s.features, columns});
  call.expect(3, "recurrent_kernel", {s.units, columns});
  call.expect(4, "bias", {columns});
  call.expect(5, "recurrent_bias", {columns});
}

/** Operands 7 and 8. */
Norm norm_of(Call& call, const RecurrentOptions& options, const SequenceShape& s) {
  const int64_t columns = static_cast<int64_t>(kGates) * s.units;
  return {options.scale(call, 7, "input_scale", columns), options.scale(call, 8, "recurrent_scale", columns), nullptr, nullptr};
}

class Gru {
 public:
  explicit Gru(TF_OpKernelConstruction* construction)
      : options_(construction), keep_(bool_attribute(construction, "keep")) {}

  void compute(Call& call) const {
    const SequenceShape s = sequence_shape(call);
    expect_weights(call, s);
    GruForward forward{};
    forward.shape = s;
    forward.input = call.floats(0);
    forward.initial_hidden = call.floats(1);
    forward.kernel = call.floats(2);
    forward.recurrent_kernel = call.floats(3);
    forward.bias = call.floats(4);
    forward.recurrent_bias = call.floats(5);
    forward.recurrent_mask = options_.mask(call, 6, s);
    forward.norm = norm_of(call, options_, s);
    forward.output = call.output(0, {s.batch, s.steps, s.units});
    forward.final_hidden = call.output(1, {s.batch, s.units});
    forward.gates = call.output_if(keep_, 2, options_.gates_shape(s));
    forward.normal = call.output_if(keep_ && options_.normed(), 3, options_.normal_shape(s, kGates));
    kernels().gru_forward(forward);
  }

 private:
  const RecurrentOptions options_;
  const bool keep_;
};

class GruGrad {
 public:
  explicit GruGrad(TF_OpKernelConstruction* construction)
      : options_(construction), need_input_gradient_(bool_attribute(construction, "need_input_gradient")) {}

  void compute(Call& call) const {
    const SequenceShape s = sequence_shape(call);
    expect_weights(call, s);
    call.expect(9, "output", {s.batch, s.steps, s.units});
    call.expect(10, "gates", options_.gates_shape(s));
    if (options_.normed()) call.expect(11, "normal", options_.normal_shape(s, kGates));
    call.expect(12, "output_gradient", {s.batch, s.steps, s.units});
    const int64_t columns = static_cast<int64_t>(kGates) * s.units;
    GruBackward backward{};
    backward.shape = s;
    backward.input = call.floats(0);
    backward.initial_hidden = call.floats(1);
    backward.kernel = call.floats(2);
    backward.recurrent_kernel = call.floats(3);
    backward.recurrent_mask = options_.mask(call, 6, s);
    backward.norm = norm_of(call, options_, s);
    backward.output = call.floats(9);
    backward.gates = call.floats(10);
    backward.normal = call.floats(11);
    backward.output_gradient = call.floats(12);
    backward.input_gradient = call.output_if(need_input_gradient_, 0, {s.batch, s.steps, s.features});
    backward.kernel_gradient = call.output(1, {s.features, columns});
    backward.recurrent_kernel_gradient = call.output(2, {s.units, columns});
    backward.bias_gradient = call.output(3, {columns});
    backward.recurrent_bias_gradient = call.output(4, {columns});
    const bool normed = options_.normed();
    backward.norm_gradient = {call.output_if(normed, 5, {columns}), call.output_if(normed, 6, {columns}), nullptr, nullptr};
    kernels().gru_backward(backward);
  }

 private:
  const RecurrentOptions options_;
  const bool need_input_gradient_;
};

}  // namespace

void register_gru() {
  register_operation<Gru>({"SignalLabGru",
                           {"keep: bool", "masked: bool", "normed: bool"},
                           {"input: float", "initial_hidden: float", "kernel: float", "recurrent_kernel: float",
                            "bias: float", "recurrent_bias: float", "recurrent_mask: float", "input_scale: float",
                            "recurrent_scale: float"},
                           {"output: float", "final_hidden: float", "gates: float", "normal: float"}});
  register_operation<GruGrad>(
      {"SignalLabGruGrad",
       {"need_input_gradient: bool", "masked: bool", "normed: bool"},
       {"input: float", "initial_hidden: float", "kernel: float", "recurrent_kernel: float", "bias: float",
        "recurrent_bias: float", "recurrent_mask: float", "input_scale: float", "recurrent_scale: float", "output: float",
        "gates: float", "normal: float", "output_gradient: float"},
       {"input_gradient: float", "kernel_gradient: float", "recurrent_kernel_gradient: float", "bias_gradient: float",
        "recurrent_bias_gradient: float", "input_scale_gradient: float", "recurrent_scale_gradient: float"}});
}

}  // namespace signal_lab
