/** SignalLabLstm and SignalLabLstmGrad: the LSTM kernels as TensorFlow operations. Checks shapes, computes nothing. */
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
  call.expect(2, "initial_cell", {input[0], units});
  call.expect(3, "kernel", {input[2] + units, 4 * units});
  call.expect(4, "bias", {4 * units});
  return {static_cast<int>(input[0]), static_cast<int>(input[1]), static_cast<int>(input[2]), static_cast<int>(units)};
}

Shape gates_shape(const SequenceShape& s) { return {s.steps, 4, kernels().padded_units(s.units), s.batch}; }
Shape cells_shape(const SequenceShape& s) { return {s.steps, kernels().padded_units(s.units), s.batch}; }

class Lstm {
 public:
  explicit Lstm(TF_OpKernelConstruction* construction) : keep_(bool_attribute(construction, "keep")) {}

  void compute(Call& call) const {
    const SequenceShape s = checked_shape(call);
    LstmForward forward{s, call.floats(0), call.floats(1), call.floats(2), call.floats(3), call.floats(4)};
    forward.output = call.output(0, {s.batch, s.steps, s.units});
    forward.final_hidden = call.output(1, {s.batch, s.units});
    forward.final_cell = call.output(2, {s.batch, s.units});
    if (keep_) {
      forward.gates = call.output(3, gates_shape(s));
      forward.cells = call.output(4, cells_shape(s));
    } else {
      call.no_output(3);
      call.no_output(4);
    }
    kernels().lstm_forward(forward);
  }

 private:
  const bool keep_;
};

class LstmGrad {
 public:
  explicit LstmGrad(TF_OpKernelConstruction* construction)
      : need_input_gradient_(bool_attribute(construction, "need_input_gradient")) {}

  void compute(Call& call) const {
    const SequenceShape s = checked_shape(call);
    call.expect(5, "output", {s.batch, s.steps, s.units});
    call.expect(6, "gates", gates_shape(s));
    call.expect(7, "cells", cells_shape(s));
    call.expect(8, "output_gradient", {s.batch, s.steps, s.units});
    LstmBackward backward{s};
    backward.input = call.floats(0);
    backward.initial_hidden = call.floats(1);
    backward.initial_cell = call.floats(2);
    backward.kernel = call.floats(3);
    backward.output = call.floats(5);
    backward.gates = call.floats(6);
    backward.cells = call.floats(7);
    backward.output_gradient = call.floats(8);
    if (need_input_gradient_) {
      backward.input_gradient = call.output(0, {s.batch, s.steps, s.features});
    } else {
      call.no_output(0);
    }
    backward.kernel_gradient = call.output(1, {s.features + s.units, 4 * s.units});
    backward.bias_gradient = call.output(2, {4 * s.units});
    kernels().lstm_backward(backward);
  }

 private:
  const bool need_input_gradient_;
};

}  // namespace

void register_lstm() {
  register_operation<Lstm>({"SignalLabLstm",
                            {"keep: bool"},
                            {"input: float", "initial_hidden: float", "initial_cell: float", "kernel: float", "bias: float"},
                            {"output: float", "final_hidden: float", "final_cell: float", "gates: float", "cells: float"}});
  register_operation<LstmGrad>(
      {"SignalLabLstmGrad",
       {"need_input_gradient: bool"},
       {"input: float", "initial_hidden: float", "initial_cell: float", "kernel: float", "bias: float", "output: float",
        "gates: float", "cells: float", "output_gradient: float"},
       {"input_gradient: float", "kernel_gradient: float", "bias_gradient: float"}});
}

}  // namespace signal_lab
