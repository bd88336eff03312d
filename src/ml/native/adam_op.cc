/**
 * SignalLabAdam: clipping and Adam as one TensorFlow operation.
 *
 * The settings come as a tensor, not as attributes: TensorFlow keeps a compiled operation for each set of attribute
 * values it ever saw, and the step number is new every time. They are doubles in float pairs (value and remainder), so
 * that 1 - beta keeps its digits.
 */
#include "kernels.h"
#include "op.h"
#include "operations.h"

namespace signal_lab {
namespace {

constexpr int kSettings = 7;

class AdamOp {
 public:
  explicit AdamOp(TF_OpKernelConstruction*) {}

  void compute(Call& call) const {
    const Shape shape = call.shape(0);
    if (shape.size() != 1) throw OpError("parameters must be one vector");
    call.expect(1, "gradient", shape);
    call.expect(2, "first_moment", shape);
    call.expect(3, "second_moment", shape);
    call.expect(4, "settings", {kSettings, 2});
    double settings[kSettings];
    for (int i = 0; i < kSettings; ++i) {
      settings[i] = static_cast<double>(call.floats(4)[2 * i]) + call.floats(4)[2 * i + 1];
    }
    kernels().adam({shape[0], call.floats(0), call.floats(1), call.floats(2), call.floats(3), call.output(0, shape),
                    call.output(1, shape), call.output(2, shape), call.output(3, {}), settings[0], settings[1], settings[2],
                    settings[3], settings[4], settings[5], settings[6]});
  }
};

}  // namespace

void register_adam() {
  register_operation<AdamOp>(
      {"SignalLabAdam",
       {},
       {"parameters: float", "gradient: float", "first_moment: float", "second_moment: float", "settings: float"},
       {"new_parameters: float", "new_first_moment: float", "new_second_moment: float", "gradient_norm: float"}});
}

}  // namespace signal_lab
