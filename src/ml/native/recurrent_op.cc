/** Checks operands, computes nothing. */
#include "recurrent_op.h"

namespace signal_lab {

SequenceShape sequence_shape(Call& call) {
  const Shape input = call.shape(0);
  const Shape hidden = call.shape(1);
  if (input.size() != 3) throw OpError("input must have three dimensions: batch, steps, features");
  if (hidden.size() != 2) throw OpError("initial_hidden must have two dimensions: batch, units");
  const int64_t units = hidden[1];
  if (input[0] < 1 || input[1] < 1 || input[2] < 1 || units < 1) throw OpError("batch, steps, features and units must be at least 1");
  call.expect(1, "initial_hidden", {input[0], units});
  return {static_cast<int>(input[0]), static_cast<int>(input[1]), static_cast<int>(input[2]), static_cast<int>(units)};
}

const float* RecurrentOptions::mask(Call& call, int index, const SequenceShape& s) const {
  if (!masked_) return nullptr;
  call.expect(index, "recurrent_mask", {s.batch, s.units});
  return call.floats(index);
}

const float* RecurrentOptions::scale(Call& call, int index, const char* name, int64_t size) const {
  if (!normed_) return nullptr;
  call.expect(index, name, {size});
  return call.floats(index);
}

Shape RecurrentOptions::gates_shape(const SequenceShape& s) const {
  const int64_t padded = kernels().padded_units(s.units);
  return normed_ ? Shape{s.steps, s.batch, 4, padded} : Shape{s.steps, 4, padded, s.batch};
}

Shape RecurrentOptions::cells_shape(const SequenceShape& s) const {
  const int64_t padded = kernels().padded_units(s.units);
  return normed_ ? Shape{s.steps, s.batch, padded} : Shape{s.steps, padded, s.batch};
}

Shape RecurrentOptions::normal_shape(const SequenceShape& s, int gates) const {
  return {s.steps, s.batch, kernels().normal_row(gates, s.units)};
}

}  // namespace signal_lab
