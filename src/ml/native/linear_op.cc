/** SignalLabLinear: a linear map with few results as a TensorFlow operation. */
#include "kernels.h"
#include "op.h"
#include "operations.h"

namespace signal_lab {
namespace {

class LinearOp {
 public:
  explicit LinearOp(TF_OpKernelConstruction*) {}

  void compute(Call& call) const {
    const Shape values = call.shape(0);
    const Shape kernel = call.shape(1);
    if (values.size() != 2) throw OpError("values must be [rows, features]");
    if (kernel.size() != 2) throw OpError("kernel must be [features, outputs]");
    call.expect(1, "kernel", {values[1], kernel[1]});
    call.expect(2, "bias", {kernel[1]});
    kernels().linear({static_cast<int>(values[0]), static_cast<int>(values[1]), static_cast<int>(kernel[1]), call.floats(0),
                      call.floats(1), call.floats(2), call.output(0, {values[0], kernel[1]})});
  }
};

}  // namespace

void register_linear() {
  register_operation<LinearOp>({"SignalLabLinear", {}, {"values: float", "kernel: float", "bias: float"}, {"result: float"}});
}

}  // namespace signal_lab
