/**
 * The kernels as plain functions over float arrays, and the table that one instruction set provides of them.
 *
 * Knows nothing of TensorFlow, Node, or which instruction set runs. Sequences are batch-major, matrices row-major.
 * Every result has the same bits for any number of threads: a sum is never split by thread.
 */
#pragma once

#include <cstddef>
#include <cstdint>

namespace signal_lab {

/** Counted up with every change of an operation's operands or results; native-kernels.ts asks for the same number. */
constexpr int kOperationsVersion = 4;

struct SequenceShape {
  int batch;
  int steps;
  int features;
  int units;
};

/** Operands of layer normalisation; kernels.ts has the equations. `input_scale` is null where it is not used. */
struct Norm {
  const float* input_scale;      // [gates * units]
  const float* recurrent_scale;  // [gates * units]
  const float* cell_scale;       // [units], LSTM only
  const float* cell_shift;       // [units], LSTM only
};

struct NormGradient {
  float* input_scale;
  float* recurrent_scale;
  float* cell_scale;
  float* cell_shift;
};

/** Gates stand in the order input, forget, cell, output. */
struct LstmForward {
  SequenceShape shape;
  const float* input;           // [batch, steps, features]
  const float* initial_hidden;  // [batch, units]
  const float* initial_cell;    // [batch, units]
  const float* kernel;          // [features + units, 4 * units]
  const float* bias;            // [4 * units]
  const float* recurrent_mask;  // [batch, units], what the state is multiplied by before its product; or null
  Norm norm;
  float* output;                // [batch, steps, units]
  float* final_hidden;          // [batch, units]
  float* final_cell;            // [batch, units]
  float* gates;                 // as KernelTable says; null when no backward pass follows
  float* cells;                 // or null
  float* normal;                // or null
};

struct LstmBackward {
  SequenceShape shape;
  const float* input;
  const float* initial_hidden;
  const float* initial_cell;
  const float* kernel;
  const float* recurrent_mask;
  Norm norm;
  const float* output;
  const float* gates;
  const float* cells;
  const float* normal;
  const float* output_gradient;  // [batch, steps, units]
  float* input_gradient;         // [batch, steps, features], or null when nobody needs it
  float* kernel_gradient;        // [features + units, 4 * units]
  float* bias_gradient;          // [4 * units]
  NormGradient norm_gradient;
};

/** Gates stand in the order reset, update, new; the reset gate multiplies the recurrent product and its bias. */
struct GruForward {
  SequenceShape shape;
  const float* input;             // [batch, steps, features]
  const float* initial_hidden;    // [batch, units]
  const float* kernel;            // [features, 3 * units]
  const float* recurrent_kernel;  // [units, 3 * units]
  const float* bias;              // [3 * units]
  const float* recurrent_bias;    // [3 * units]
  const float* recurrent_mask;    // [batch, units], or null
  Norm norm;
  float* output;                  // [batch, steps, units]
  float* final_hidden;            // [batch, units]
  float* gates;                   // new, reset, update, recurrent part of new; or null
  float* normal;                  // or null
};

struct GruBackward {
  SequenceShape shape;
  const float* input;
  const float* initial_hidden;
  const float* kernel;
  const float* recurrent_kernel;
  const float* recurrent_mask;
  Norm norm;
  const float* output;
  const float* gates;
  const float* normal;
  const float* output_gradient;  // [batch, steps, units]
  float* input_gradient;         // [batch, steps, features], or null
  float* kernel_gradient;        // [features, 3 * units]
  float* recurrent_kernel_gradient;
  float* bias_gradient;
  float* recurrent_bias_gradient;
  NormGradient norm_gradient;
};

struct Dropout {
  int64_t size;
  const float* values;
  float* result;
  float rate;
  uint32_t seed[2];
};

/** x(t) = factor x(t-1) + values(t) on complex numbers; real parts stand before imaginary ones. */
struct Scan {
  int batch;
  int steps;
  int units;
  bool backward;         // from the last step to the first
  const float* values;   // [batch, steps, 2 * units]
  const float* factor;   // [2 * units]
  const float* initial;  // [batch, 2 * units]
  float* result;         // [batch, steps, 2 * units]
};

/** The same linear map of every row; meant for few outputs. */
struct Linear {
  int rows;
  int features;
  int outputs;
  const float* values;  // [rows, features]
  const float* kernel;  // [features, outputs]
  const float* bias;    // [outputs]
  float* result;        // [rows, outputs]
};

/** One step of PyTorch's Adam (weight decay as part of the gradient), after clipping by the global norm. */
struct Adam {
  int64_t size;
  const float* parameters;
  const float* gradient;
  const float* first_moment;
  const float* second_moment;
  float* new_parameters;
  float* new_first_moment;
  float* new_second_moment;
  float* gradient_norm;
  double step;  // 1 for the first
  double learning_rate;
  double beta1;
  double beta2;
  double epsilon;
  double weight_decay;
  double clip_norm;
};

struct KernelTable {
  const char* name;
  /**
   * Columns of one gate in the kept tensors: units rounded up to whole panels of this instruction set. Kept gates and
   * cells are [steps, gates, padded units / panel, batch, panel], so that a slice of the batch reads and writes whole
   * lines; under layer normalisation, which needs whole rows, [steps, batch, gates, padded units].
   */
  int (*padded_units)(int units);
  /** Floats that a layer of so many gates keeps in `normal` for one row of the sequence, under layer normalisation. */
  int (*normal_row)(int gates, int units);
  void (*lstm_forward)(const LstmForward&);
  void (*lstm_backward)(const LstmBackward&);
  void (*gru_forward)(const GruForward&);
  void (*gru_backward)(const GruBackward&);
  void (*dropout)(const Dropout&);
  void (*adam)(const Adam&);
  void (*scan)(const Scan&);
  void (*linear)(const Linear&);
};

/** The table for this processor, or the one that SIGNAL_LAB_INSTRUCTION_SET names if the processor has it. */
const KernelTable& kernels();

/** Use the table of that name from the next forward pass on. False if this processor has it not. */
bool choose_instruction_set(const char* name);

/** Names that SIGNAL_LAB_INSTRUCTION_SET may take on this processor, the best first; `count` receives how many. */
const char* const* supported_instruction_sets(int* count);

}  // namespace signal_lab
