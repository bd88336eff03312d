/** SignalLabScan: a linear recurrence as a TensorFlow operation. Its gradient is the same operation from the end. */
#include "kernels.h"
#include "op.h"
#include "operations.h"

namespace signal_lab {
namespace {

class ScanOp {
 public:
  explicit ScanOp(TF_OpKernelConstruction* construction) : backward_(bool_attribute(construction, "backward")) {}

  void compute(Call& call) const {
    const Shape shape = call.shape(0);
    if (shape.size() != 3 || shape[2] % 2 != 0) throw OpError("values must be [batch, steps, 2 * units]");
    call.expect(1, "factor", {shape[2]});
    call.expect(2, "initial", {shape[0], shape[2]});
    const Scan scan{static_cast<int>(shape[0]), static_cast<int>(shape[1]), static_cast<int>(shape[2] / 2), backward_,
                    call.floats(0),             call.floats(1),             call.floats(2),                 call.output(0, shape)};
    kernels().scan(scan);
  }

 private:
  const bool backward_;
};

}  // namespace

void register_scan() {
  register_operation<ScanOp>(
      {"SignalLabScan", {"backward: bool"}, {"values: float", "factor: float", "initial: float"}, {"result: float"}});
}

}  // namespace signal_lab
