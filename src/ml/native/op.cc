/** The C API behind op.h. */
#include "op.h"

namespace signal_lab {
namespace {

std::string text_of(const Shape& shape) {
  std::string text = "[";
  for (size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

void check(TF_Status* status) {
  if (TF_GetCode(status) != TF_OK) throw OpError(TF_Message(status));
}

struct Status {
  TF_Status* const status = TF_NewStatus();
  ~Status() { TF_DeleteStatus(status); }
};

/** Shapes are known when the operation runs; nothing here builds graphs. */
void unknown_shapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

}  // namespace

Call::Call(TF_OpKernelContext* context)
    : context_(context), status_(TF_NewStatus()), inputs_(TF_NumInputs(context)) {}

Call::~Call() {
  for (TF_Tensor* tensor : inputs_) {
    if (tensor) TF_DeleteTensor(tensor);
  }
  for (TF_Tensor* tensor : outputs_) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status_);
}

TF_Tensor* Call::input(int index) {
  if (!inputs_[index]) {
    TF_GetInput(context_, index, &inputs_[index], status_);
    check(status_);
  }
  return inputs_[index];
}

Shape Call::shape(int index) {
  TF_Tensor* const tensor = input(index);
  Shape shape(TF_NumDims(tensor));
  for (size_t i = 0; i < shape.size(); ++i) shape[i] = TF_Dim(tensor, static_cast<int>(i));
  return shape;
}

const float* Call::floats(int index) { return static_cast<const float*>(TF_TensorData(input(index))); }

const int32_t* Call::ints(int index) { return static_cast<const int32_t*>(TF_TensorData(input(index))); }

void Call::expect(int index, const char* name, const Shape& wanted) {
  const Shape found = shape(index);
  if (found != wanted) throw OpError(std::string(name) + " has shape " + text_of(found) + ", expected " + text_of(wanted));
}

float* Call::output(int index, const Shape& shape) {
  int64_t size = 1;
  for (const int64_t dimension : shape) size *= dimension;
  TF_Tensor* const tensor = TF_AllocateOutput(context_, index, TF_FLOAT, shape.data(), static_cast<int>(shape.size()),
                                              size * sizeof(float), status_);
  check(status_);
  outputs_.push_back(tensor);
  return static_cast<float*>(TF_TensorData(tensor));
}

float* Call::output_if(bool wanted, int index, const Shape& shape) {
  if (wanted) return output(index, shape);
  output(index, {0});
  return nullptr;
}

bool bool_attribute(TF_OpKernelConstruction* construction, const char* name) {
  const Status status;
  TF_Bool value = 0;
  TF_OpKernelConstruction_GetAttrBool(construction, name, &value, status.status);
  return value != 0;
}

float float_attribute(TF_OpKernelConstruction* construction, const char* name) {
  const Status status;
  float value = 0;
  TF_OpKernelConstruction_GetAttrFloat(construction, name, &value, status.status);
  return value;
}

void register_signature(const Signature& signature) {
  TF_OpDefinitionBuilder* const builder = TF_NewOpDefinitionBuilder(signature.name);
  for (const char* attribute : signature.attributes) TF_OpDefinitionBuilderAddAttr(builder, attribute);
  for (const char* input : signature.inputs) TF_OpDefinitionBuilderAddInput(builder, input);
  for (const char* output : signature.outputs) TF_OpDefinitionBuilderAddOutput(builder, output);
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, unknown_shapes);
  const Status status;
  TF_RegisterOpDefinition(builder, status.status);
  check(status.status);
}

void register_kernel(const char* name, void* (*create)(TF_OpKernelConstruction*), void (*compute)(void*, TF_OpKernelContext*),
                     void (*destroy)(void*)) {
  const Status status;
  TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", create, compute, destroy), status.status);
  check(status.status);
}

void report(TF_OpKernelContext* context, const char* message) {
  const Status status;
  TF_SetStatus(status.status, TF_INVALID_ARGUMENT, message);
  TF_OpKernelContext_Failure(context, status.status);
}

}  // namespace signal_lab
