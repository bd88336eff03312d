/** SignalLabDropout: the dropout kernel as a TensorFlow operation. The seed is a tensor: it changes with every call. */
#include "kernels.h"
#include "op.h"
#include "operations.h"

namespace signal_lab {
namespace {

class DropoutOp {
 public:
  explicit DropoutOp(TF_OpKernelConstruction* construction) : rate_(float_attribute(construction, "rate")) {}

  void compute(Call& call) const {
    if (!(rate_ >= 0 && rate_ < 1)) throw OpError("rate must be at least 0 and below 1, it is " + std::to_string(rate_));
    call.expect(1, "seed", {2});
    const Shape shape = call.shape(0);
    Dropout dropout{1, call.floats(0), call.output(0, shape), rate_, {}};
    for (const int64_t dimension : shape) dropout.size *= dimension;
    for (int i = 0; i < 2; ++i) dropout.seed[i] = static_cast<uint32_t>(call.ints(1)[i]);
    kernels().dropout(dropout);
  }

 private:
  const float rate_;
};

}  // namespace

void register_dropout() {
  register_operation<DropoutOp>({"SignalLabDropout", {"rate: float"}, {"values: float", "seed: int32"}, {"result: float"}});
}

}  // namespace signal_lab
