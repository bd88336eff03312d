/**
 * TensorFlow's C API in the few shapes our operations need: float tensors in, float tensors out, one error sentence.
 *
 * Knows nothing of what an operation computes.
 */
#pragma once

#include <initializer_list>
#include <stdexcept>
#include <string>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace signal_lab {

/** A wrong call; its message reaches JavaScript. */
struct OpError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using Shape = std::vector<int64_t>;

/** One call of an operation. Frees every tensor it hands out when it ends. */
class Call {
 public:
  explicit Call(TF_OpKernelContext* context);
  ~Call();
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  Shape shape(int input);
  const float* floats(int input);
  const int32_t* ints(int input);
  /** Input `index` must have this shape. */
  void expect(int input, const char* name, const Shape& shape);
  float* output(int index, const Shape& shape);
  /** The same, or an empty tensor and null where nobody asked for it. */
  float* output_if(bool wanted, int index, const Shape& shape);

 private:
  TF_Tensor* input(int index);
  TF_OpKernelContext* const context_;
  TF_Status* const status_;
  std::vector<TF_Tensor*> inputs_;
  std::vector<TF_Tensor*> outputs_;
};

bool bool_attribute(TF_OpKernelConstruction* construction, const char* name);
float float_attribute(TF_OpKernelConstruction* construction, const char* name);

/** An operation's signature in TensorFlow's notation, such as "input: float" and "keep: bool". */
struct Signature {
  const char* name;
  std::initializer_list<const char*> attributes;
  std::initializer_list<const char*> inputs;
  std::initializer_list<const char*> outputs;
};

void register_signature(const Signature& signature);
void register_kernel(const char* name, void* (*create)(TF_OpKernelConstruction*), void (*compute)(void*, TF_OpKernelContext*),
                     void (*destroy)(void*));
void report(TF_OpKernelContext* context, const char* message);

/**
 * Register an operation for the CPU. Its class is made from the attributes (an OpKernelConstruction) and has
 * `void compute(Call&) const`.
 */
template <typename Operation>
void register_operation(const Signature& signature) {
  register_signature(signature);
  register_kernel(
      signature.name, [](TF_OpKernelConstruction* construction) -> void* { return new Operation(construction); },
      [](void* self, TF_OpKernelContext* context) {
        try {
          Call call(context);
          static_cast<const Operation*>(self)->compute(call);
        } catch (const std::exception& error) {
          report(context, error.what());
        }
      },
      [](void* self) { delete static_cast<Operation*>(self); });
}

}  // namespace signal_lab
