/** SignalLabLstm and SignalLabLstmGrad: the LSTM kernels as TensorFlow operations. Checks shapes, computes nothing. */
#include "operations.h"
#include "recurrent_op.h"

namespace signal_lab {
namespace {

constexpr int kGates = 4;

/** Operands 2 to 4, which both operations have. */
void expect_weights(Call& call, const SequenceShape& s) {
  const int64_t columns = static_cast<int64_t>(kGates) * s.units;
  call.expect(2, "initial_cell", {s.batch, s.units});
  call.expect(3, "kernel", {s.features + s.units, columns});
  call.expect(4, "bias", {columns});
}

/** Operands 6 to 9. */
Norm norm_of(Call& call, const RecurrentOptions& options, const SequenceShape& s) {
  const int64_t columns = static_cast<int64_t>(kGates) * s.units;
  return {options.scale(call, 6, "input_scale", columns), options.scale(call, 7, "recurrent_scale", columns),
          options.scale(call, 8, "cell_scale", s.units), options.scale(call, 9, "cell_shift", s.units)};
}

class Lstm {
 public:
  explicit Lstm(TF_OpKernelConstruction* construction)
      : options_(construction), keep_(bool_attribute(construction, "keep")) {}

  void compute(Call& call) const {
    const SequenceShape s = sequence_shape(call);
    expect_weights(call, s);
    LstmForward forward{};
    forward.shape = s;
    forward.input = call.floats(0);
    forward.initial_hidden = call.floats(1);
    forward.initial_cell = call.floats(2);
    forward.kernel = call.floats(3);
    forward.bias = call.floats(4);
    forward.recurrent_mask = options_.mask(call, 5, s);
    forward.norm = norm_of(call, options_, s);
    forward.output = call.output(0, {s.batch, s.steps, s.units});
    forward.final_hidden = call.output(1, {s.batch, s.units});
    forward.final_cell = call.output(2, {s.batch, s.units});
    forward.gates = call.output_if(keep_, 3, options_.gates_shape(s));
    forward.cells = call.output_if(keep_, 4, options_.cells_shape(s));
    forward.normal = call.output_if(keep_ && options_.normed(), 5, options_.normal_shape(s, kGates));
    kernels().lstm_forward(forward);
  }

 private:
  const RecurrentOptions options_;
  const bool keep_;
};

class LstmGrad {
 public:
  explicit LstmGrad(TF_OpKernelConstruction* construction)
      : options_(construction), need_input_gradient_(bool_attribute(construction, "need_input_gradient")) {}

  void compute(Call& call) const {
    const SequenceShape s = sequence_shape(call);
    expect_weights(call, s);
    call.expect(10, "output", {s.batch, s.steps, s.units});
    call.expect(11, "gates", options_.gates_shape(s));
    call.expect(12, "cells", options_.cells_shape(s));
    if (options_.normed()) call.expect(13, "normal", options_.normal_shape(s, kGates));
    call.expect(14, "output_gradient", {s.batch, s.steps, s.units});
    const int64_t columns = static_cast<int64_t>(kGates) * s.units;
    LstmBackward backward{};
    backward.shape = s;
    backward.input = call.floats(0);
    backward.initial_hidden = call.floats(1);
    backward.initial_cell = call.floats(2);
    backward.kernel = call.floats(3);
    backward.recurrent_mask = options_.mask(call, 5, s);
    backward.norm = norm_of(call, options_, s);
    backward.output = call.floats(10);
    backward.gates = call.floats(11);
    backward.cells = call.floats(12);
    backward.normal = call.floats(13);
    backward.output_gradient = call.floats(14);
    backward.input_gradient = call.output_if(need_input_gradient_, 0, {s.batch, s.steps, s.features});
    backward.kernel_gradient = call.output(1, {s.features + s.units, columns});
    backward.bias_gradient = call.output(2, {columns});
    const bool normed = options_.normed();
    backward.norm_gradient = {call.output_if(normed, 3, {columns}), call.output_if(normed, 4, {columns}),
                              call.output_if(normed, 5, {s.units}), call.output_if(normed, 6, {s.units})};
    kernels().lstm_backward(backward);
  }

 private:
  const RecurrentOptions options_;
  const bool need_input_gradient_;
};

}  // namespace

void register_lstm() {
  register_operation<Lstm>({"SignalLabLstm",
                            {"keep: bool", "masked: bool", "normed: bool"},
                            {"input: float", "initial_hidden: float", "initial_cell: float", "kernel: float", "bias: float",
                             "recurrent_mask: float", "input_scale: float", "recurrent_scale: float", "cell_scale: float",
                             "cell_shift: float"},
                            {"output: float", "final_hidden: float", "final_cell: float", "gates: float", "cells: float",
                             "normal: float"}});
  register_operation<LstmGrad>(
      {"SignalLabLstmGrad",
       {"need_input_gradient: bool", "masked: bool", "normed: bool"},
       {"input: float", "initial_hidden: float", "initial_cell: float", "kernel: float", "bias: float", "recurrent_mask: float",
        "input_scale: float", "recurrent_scale: float", "cell_scale: float", "cell_shift: float", "output: float",
        "gates: float", "cells: float", "normal: float", "output_gradient: float"},
       {"input_gradient: float", "kernel_gradient: float", "bias_gradient: float", "input_scale_gradient: float",
        "recurrent_scale_gradient: float", "cell_scale_gradient: float", "cell_shift_gradient: float"}});
}

}  // namespace signal_lab
