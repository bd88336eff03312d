/** What the recurrent operations share: their first operands, their options, and results that somebody may not want. */
#pragma once

#include "kernels.h"
#include "op.h"

namespace signal_lab {

/** Operand 0 is the input [batch, steps, features], operand 1 the initial state [batch, units]; all at least 1. */
SequenceShape sequence_shape(Call& call);

/** Attributes `masked` and `normed`: an option that is not used gets any tensor in its place, which nobody reads. */
class RecurrentOptions {
 public:
  explicit RecurrentOptions(TF_OpKernelConstruction* construction)
      : masked_(bool_attribute(construction, "masked")), normed_(bool_attribute(construction, "normed")) {}

  bool normed() const { return normed_; }

  /** Operand `index` where there is a mask, or null. */
  const float* mask(Call& call, int index, const SequenceShape& s) const;
  /** Operand `index`, [size], under layer normalisation, or null. */
  const float* scale(Call& call, int index, const char* name, int64_t size) const;

  /** Shapes of what forward keeps for backward. */
  Shape gates_shape(const SequenceShape& s) const;
  Shape cells_shape(const SequenceShape& s) const;
  Shape normal_shape(const SequenceShape& s, int gates) const;

 private:
  const bool masked_;
  const bool normed_;
};

}  // namespace signal_lab
